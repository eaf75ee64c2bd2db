/** Finds a Chromium for the interface tests: an installed one, Playwright's, or Debian's package where it may be installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function installed(): string | null {
  const named = process.env.ASSAY_CHROMIUM;
  if (named && existsSync(named)) return named;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const found = spawnSync('which', [name], { encoding: 'utf8' });
    if (found.status === 0 && found.stdout.trim()) return found.stdout.trim();
  }
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return existsSync(mac) ? mac : null;
}

async function playwrights(): Promise<string | null> {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

/** Path of a Chromium, installing Debian's package where this process is root on Debian; null where there is none. */
export async function findChromium(): Promise<string | null> {
  const found = installed() ?? (await playwrights());
  if (found) return found;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null;
  process.stderr.write('assay: installing Chromium for the interface tests …\n');
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2] });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: ['ignore', 2, 2] });
  return installed();
}
