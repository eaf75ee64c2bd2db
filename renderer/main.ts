/** The page: finds its door, hands the client to the studio. */
import './style/base.css';
import { mount } from 'svelte';
import { BRIDGE_NAME, type WindowBridge } from '../electron/contract/window-bridge.ts';
import App from './App.svelte';
import { portClient } from './client/port.ts';
import { socketClient } from './client/socket.ts';
import { Session } from './state/session.svelte.ts';

const bridge = (window as unknown as Record<string, WindowBridge | undefined>)[BRIDGE_NAME];
const client = bridge ? portClient(bridge) : socketClient(location);
const target = document.getElementById('app');
if (target) mount(App, { target, props: { session: new Session(client) } });
