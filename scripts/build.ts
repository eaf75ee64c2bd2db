/** Builds what has to be built: the renderer (vite), and for Electron the shell, engine and compute bundles (esbuild). */
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Runs `node SCRIPT ...` and resolves with its exit code; its output is passed on to stderr. */
export function runNode(script: string, args: string[], environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...args], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: environment,
    });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
}

/** A digest over the sources that a build depends on: cheap enough (a few hundred small files) for every start. */
async function digest(inputs: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const path = join(root, input);
    const files = existsSync(path) ? (input.includes('.') ? [path] : (await filesBelow(path)).sort()) : [];
    for (const file of files) hash.update(relative(root, file)).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function once(name: string, inputs: string[], output: string, build: () => Promise<void>): Promise<boolean> {
  const stamps = join(root, 'dist', '.stamps');
  const stamp = join(stamps, name);
  const now = await digest([...inputs, 'package-lock.json']);
  if (existsSync(join(root, output)) && existsSync(stamp) && (await readFile(stamp, 'utf8')) === now) return false;
  await rm(stamp, { force: true });
  await build();
  await mkdir(stamps, { recursive: true });
  await writeFile(stamp, now);
  return true;
}

/** Builds dist/renderer where its sources changed. Returns whether it built. */
export function buildRenderer(): Promise<boolean> {
  return once(
    'renderer',
    ['renderer', 'electron/contract', 'vite.config.ts', 'svelte.config.js'],
    'dist/renderer/index.html',
    async () => {
      process.stderr.write('assay: building the window …\n');
      const code = await runNode('node_modules/vite/bin/vite.js', ['build', '--logLevel', 'warn']);
      if (code !== 0) throw new Error('the renderer could not be built (see above)');
    },
  );
}

/** Bundles for Electron: its processes cannot count on running TypeScript, and the packaged app holds no sources. */
export function buildShell(): Promise<boolean> {
  return once('shell', ['electron', 'scripts/build.ts'], 'dist/shell/main.mjs', async () => {
    const { build } = await import('esbuild');
    const shared = { bundle: true, platform: 'node', target: 'node24', sourcemap: true, logLevel: 'warning' } as const;
    const entries = {
      'shell/main': 'electron/shell/main.ts',
      'engine/main': 'electron/doors/window/engine-process.ts',
      'engine/compute-process': 'electron/engine/compute-process.ts',
      'engine/session-worker': 'electron/compute/session-worker.ts',
      'engine/loader-worker': 'electron/training/loader/loader-worker.ts',
      'engine/optimizer-worker': 'electron/training/fit/optimizer-worker.ts',
      'engine/survey-worker': 'electron/engine/tasks/survey-worker.ts',
    };
    await build({
      ...shared,
      absWorkingDir: root,
      entryPoints: entries,
      outdir: 'dist',
      outExtension: { '.js': '.mjs' },
      format: 'esm',
      packages: 'external',
    });
    await build({
      ...shared,
      absWorkingDir: root,
      entryPoints: { 'shell/preload': 'electron/shell/preload.ts' },
      outdir: 'dist',
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      external: ['electron'],
    });
  });
}

/** Converts the built-in networks into dist/backbones: a packaged app holds these, not the packages they come from. */
export function buildBackbones(): Promise<boolean> {
  return once('backbones', ['electron/embeddings', 'electron/onnx'], 'dist/backbones', async () => {
    const { convertBuiltIns } = await import('../electron/embeddings/index.ts');
    await convertBuiltIns(join(root, 'dist/backbones'));
  });
}

if (import.meta.main) {
  await buildRenderer();
  await buildShell();
  await buildBackbones();
}
