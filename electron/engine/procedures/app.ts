/** The program itself: version, settings, recent projects. */
import { homedir } from 'node:os';
import packageJson from '../../../package.json' with { type: 'json' };
import { type HandlersOf } from '../context.ts';

export const app: HandlersOf<'app' | 'settings'> = {
  'app.info': ({ door }) => ({ version: packageJson.version, door, platform: process.platform, home: homedir() }),
  'app.recent': ({ recent }) => recent.list(),
  'app.forget': ({ recent }, { path }) => {
    recent.forget(path);
    return {};
  },
  'settings.get': ({ settings }) => settings.get(),
  'settings.set': ({ settings }, change) => settings.set(change),
};
