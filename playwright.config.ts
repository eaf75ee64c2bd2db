import { defineConfig } from '@playwright/test';

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
