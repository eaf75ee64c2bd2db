import { defineConfig } from '@playwright/test';

// Without a locale of UTF-8 Chromium cannot open or save files with Korean names, and a bare machine has none set.
const { LC_ALL, LC_CTYPE, LANG } = process.env;
if (!/utf-?8/i.test(LC_ALL ?? LC_CTYPE ?? LANG ?? '')) process.env.LC_ALL = 'C.UTF-8';

/** Interface and end-to-end tests: the real engine, the built page, a system Chromium. */
export default defineConfig({
  testDir: 'tests',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/playwright',
  workers: 1,
  // A walk through the whole studio on a busy machine may miss a moment; scripts/test.ts tells which needed it twice.
  retries: 1,
  timeout: 420_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath: process.env.ASSAY_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
});
