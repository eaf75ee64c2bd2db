/** The packaging configuration is run, not read: electron-builder with an empty stand-in for Electron's files. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const root = join(import.meta.dirname, '../..');

test('electron-builder accepts the configuration and packs shell, engine, page and natives', () => {
  test.skip(process.platform !== 'linux', 'needs Linux: the stand-in for Electron is laid out for it');
  const folder = mkdtempSync(join(tmpdir(), 'assay-pack-'));
  const electron = join(folder, 'electron');
  mkdirSync(electron);
  writeFileSync(join(electron, 'version'), '45.4.1');
  writeFileSync(join(electron, 'electron'), '#!/bin/sh\n');
  chmodSync(join(electron, 'electron'), 0o755);
  const config = JSON.parse(readFileSync(join(root, 'build/electron-builder.json'), 'utf8')) as Record<string, unknown>;
  // Fuses are flipped in the real binary, which is not there; the rest of the configuration is taken as it is.
  const { electronFuses, ...rest } = config;
  expect(electronFuses).toMatchObject({
    runAsNode: false,
    onlyLoadAppFromAsar: true,
    enableEmbeddedAsarIntegrityValidation: true,
  });
  const file = join(folder, 'config.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...rest,
      electronDist: electron,
      directories: { output: join(folder, 'out'), buildResources: 'build' },
    }),
  );
  const cli = join(root, 'node_modules/electron-builder/cli.js');
  const packed = spawnSync(process.execPath, [cli, '--linux', 'dir', '--config', file, '--publish', 'never'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(packed.status, packed.stdout + packed.stderr).toBe(0);
  const resources = join(folder, 'out/linux-unpacked/resources');
  const list = spawnSync(
    process.execPath,
    [join(root, 'node_modules/@electron/asar/bin/asar.js'), 'list', join(resources, 'app.asar')],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  for (const entry of [
    '/dist/shell/main.mjs',
    '/dist/shell/preload.cjs',
    '/dist/engine/main.mjs',
    '/dist/engine/compute-process.mjs',
    '/dist/renderer/index.html',
  ]) {
    expect(list.stdout).toContain(entry);
  }
  expect(list.stdout).not.toContain('/node_modules/electron/');
  expect(list.stdout).not.toContain('napi-v6/win32');
  expect(existsSync(join(resources, 'app.asar.unpacked/node_modules/onnxruntime-node/bin/napi-v6/linux'))).toBe(true);
  expect(existsSync(join(resources, 'LICENSES.md'))).toBe(true);
  rmSync(folder, { recursive: true, force: true });
});
