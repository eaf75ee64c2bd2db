/** Native image and tensor code can end its process: the engine, which holds the project, must not load it. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** Native libraries of a fresh process that imported a module, names without their folders. */
function nativeCode(module: string): string[] {
  const script = `await import(${JSON.stringify(pathToFileURL(resolve(root, module)).href)});
    console.log(JSON.stringify(process.report.getReport().sharedObjects));`;
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
  const names = (JSON.parse(told) as string[]).map((path) => path.split(/[\\/]/).at(-1) ?? '');
  return names.filter((name) => /sharp|vips|onnx/i.test(name));
}

test('the engine loads neither the image library nor the runtime; type imports of tasks do not bring them in', () => {
  expect(nativeCode('electron/engine/index.ts')).toEqual([]);
});

test('the compute process has the image library when it reads a picture, and only then', () => {
  expect(nativeCode('electron/engine/tasks/index.ts')).toEqual([]);
  expect(nativeCode('electron/engine/tasks/ingest.ts').join()).toMatch(/sharp/);
});
