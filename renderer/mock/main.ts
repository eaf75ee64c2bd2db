/** The page over made-up data: see README.md. */
import '../style/base.css';
import { mount } from 'svelte';
import App from '../App.svelte';
import { Session } from '../state/session.svelte.ts';
import { mockClient } from './client.ts';

const target = document.getElementById('app');
const session = new Session(mockClient(new URLSearchParams(location.search)));
if (target) mount(App, { target, props: { session } });
Object.assign(window, { session });
