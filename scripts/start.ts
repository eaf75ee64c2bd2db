/**
 * npm start [-- --browser] [-- PROJECT]: the studio, in the Electron window where that is possible, otherwise in the
 * browser door with one line saying why.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildRenderer, buildShell, root } from './build.ts';
import { findElectron } from './electron-binary.ts';

const args = process.argv.slice(2);
const wantsBrowser = args.includes('--browser');
const rest = args.filter((a) => a !== '--browser');

const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);

/** Why the window cannot be opened; null where it can. */
async function windowObstacle(): Promise<{ electron: string | null; why: string }> {
  if (wantsBrowser) return { electron: null, why: '' };
  if (!hasDisplay) return { electron: null, why: 'there is no display' };
  const electron = await findElectron(true);
  return electron.path
    ? { electron: electron.path, why: '' }
    : { electron: null, why: 'why' in electron ? electron.why : '' };
}

const [, { electron, why }] = await Promise.all([buildRenderer(), windowObstacle()]);

let child;
if (electron) {
  await buildShell();
  child = spawn(electron, [root, ...rest], { stdio: 'inherit', cwd: root });
} else {
  if (why) process.stderr.write(`assay: opening in the browser, because ${why}.\n`);
  const open = hasDisplay && process.env.CI !== 'true' ? ['--open'] : [];
  child = spawn(process.execPath, [join(root, 'electron/doors/command/main.ts'), 'serve', ...open, ...rest], {
    stdio: 'inherit',
  });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
