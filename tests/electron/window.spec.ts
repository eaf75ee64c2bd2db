/** What only the real Electron can show: the window, its isolation and sandbox. Skipped with a reason where its binary is not found. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test } from '@playwright/test';
import { findElectron } from '../../scripts/electron-binary.ts';
import { root } from '../helpers/studio.ts';

test('the window opens isolated and sandboxed, and shows the start screen', async () => {
  const electron = await findElectron(false);
  const display = process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  test.skip(electron.path === null, 'why' in electron ? electron.why : '');
  test.skip(!display, 'there is no display');
  const home = mkdtempSync(join(tmpdir(), 'assay-electron-'));
  const app = await _electron.launch({
    executablePath: electron.path ?? '',
    args: process.getuid?.() === 0 ? ['--no-sandbox', root] : [root],
    env: { ...(process.env as Record<string, string>), ASSAY_HOME: home },
  });
  try {
    const page = await app.firstWindow();
    await expect(page.getByRole('button', { name: /Open a folder of images/ })).toBeVisible();
    expect(page.url()).toBe('assay://app/index.html');
    // Neither Node nor Electron may reach the page.
    const reachable = await page.evaluate(() => ['require', 'process', 'module'].filter((name) => name in window));
    expect(reachable).toEqual([]);
  } finally {
    await app.close();
  }
});
