/** Where Electron's binary is. npm does not bring it: a download of the first start does, where there is a network. */
import { existsSync, readFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { root, runNode } from './build.ts';

export type ElectronBinary = { path: string } | { path: null; why: string };

function installed(): string | null {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    win32: 'electron.exe',
    darwin: 'Electron.app/Contents/MacOS/Electron',
  };
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const inOverride = override ? join(override, names[process.platform] ?? 'electron') : null;
  if (inOverride && existsSync(inOverride)) return inOverride;
  const pathFile = join(root, 'node_modules/electron/path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(root, 'node_modules/electron/dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/** Whether the download's host answers; one second, because a start without network must not wait. */
async function reachable(): Promise<boolean> {
  const host = process.env.ELECTRON_MIRROR ? new URL(process.env.ELECTRON_MIRROR).hostname : 'github.com';
  const timeout = new Promise<false>((resolve) => setTimeout(() => resolve(false), 1000).unref());
  return Promise.race([
    lookup(host).then(
      () => true,
      () => false,
    ),
    timeout,
  ]);
}

/** Finds the binary, downloading it once where it is missing and `mayFetch` allows it. */
export async function findElectron(mayFetch: boolean): Promise<ElectronBinary> {
  const found = installed();
  if (found) return { path: found };
  if (!mayFetch) return { path: null, why: 'no Electron binary is installed' };
  if (!(await reachable()))
    return { path: null, why: 'no Electron binary is installed and its download cannot be reached' };
  process.stderr.write('assay: fetching Electron (once) …\n');
  await runNode('node_modules/electron/install.js', []).catch(() => 1);
  const fetched = installed();
  return fetched ? { path: fetched } : { path: null, why: 'the Electron binary could not be fetched' };
}
