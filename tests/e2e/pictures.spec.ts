/**
 * Every view, dark and light, English and Korean, on a drawn project: into test-results/pictures, and with
 * ASSAY_PICTURES=1 into docs/pictures too, from where the README shows them. A view that complains fails, and one with
 * text that is hard to read, cut off or unfilled, or with a control that has no name.
 */
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { pageFaults } from '../helpers/page-faults.ts';
import { startAssay } from '../helpers/assay.ts';
import { type Studio, openInBrowser, root } from '../helpers/studio.ts';

const OUT = join(root, 'test-results/pictures');
const DOCS = join(root, 'docs/pictures');
/** Shown in the README. */
const KEPT = ['images.dark', 'clean.dark', 'evaluate.light', 'train.dark', 'batch.dark'];

async function assay(home: string, ...args: string[]): Promise<void> {
  const ended = await startAssay(args, { home }).ended;
  expect(ended.code, ended.stderr).toBe(0);
}

async function shoot(page: Page, name: string): Promise<void> {
  // Pictures come lazily: those in sight are waited for.
  await page
    .waitForFunction(() => [...document.querySelectorAll('img')].every((img) => img.complete), undefined, {
      timeout: 20_000,
    })
    .catch(() => undefined);
  await page.waitForTimeout(400);
  const path = join(OUT, `${name}.png`);
  await page.screenshot({ path });
  expect.soft(await pageFaults(page), name).toEqual([]);
  if (process.env.ASSAY_PICTURES === '1' && KEPT.includes(name)) copyFileSync(path, join(DOCS, `${name}.png`));
}

/** Names of the rail, in both languages: what says that a view is there. */
const VIEWS = ['images', 'clean', 'augment', 'train', 'evaluate', 'batch', 'models'] as const;

async function setLook(studio: Studio, theme: string, locale: string): Promise<void> {
  await studio.page.keyboard.press('Control+,');
  const dialog = studio.page.getByRole('dialog');
  await dialog
    .getByRole('radio')
    .nth(theme === 'dark' ? 0 : 1)
    .click();
  await dialog.getByRole('radio', { name: locale === 'ko' ? '한국어' : 'English' }).click();
  await studio.page.keyboard.press('Escape');
  await expect(studio.page.locator('html')).toHaveAttribute('data-theme', theme);
  await expect(studio.page.locator('html')).toHaveAttribute('lang', locale);
}

test('every view is whole in both themes and languages', async () => {
  test.setTimeout(900_000);
  mkdirSync(OUT, { recursive: true });
  mkdirSync(DOCS, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'assay-pictures-'));
  const [home, set, project] = [join(folder, 'home'), join(folder, 'set'), join(folder, 'documents.assay')];
  await assay(home, 'demo', set, '--train', '136', '--test', '34', '--noise', '0.05');
  await assay(
    home,
    'import',
    set,
    '--project',
    project,
    '--labels',
    join(set, 'train.csv'),
    '--labels',
    join(set, 'test-truth.csv'),
  );
  await assay(home, 'train', '--project', project, '--backbone', 'page', '--size', '256');
  await assay(home, 'clean', '--project', project);
  await assay(home, 'classify', join(set, 'test'), '--project', project, '--out', join(folder, 'test.csv'));
  const studio = await openInBrowser({ home, project });
  const { page } = studio;
  try {
    await expect(page.locator('[role=gridcell][data-row]').first()).toBeVisible({ timeout: 60_000 });
    for (const theme of ['dark', 'light']) {
      for (const locale of ['en', 'ko']) {
        await setLook(studio, theme, locale);
        for (const [i, view] of VIEWS.entries()) {
          await page.keyboard.press(`Control+${i + 1}`);
          await expect(page.locator('nav [aria-current=page]')).toHaveCount(1);
          if (view === 'images') await page.locator('[role=gridcell][data-row]').nth(2).click();
          if (view === 'augment') await page.waitForTimeout(2500);
          await page.waitForTimeout(700);
          await shoot(page, `${view}${locale === 'ko' ? '-ko' : ''}.${theme}`);
        }
      }
    }
    await setLook(studio, 'dark', 'en');
    await page.keyboard.press('Control+1');
    await page.locator('[role=gridcell][data-row]').first().click();
    await page.keyboard.press('Space');
    await page.waitForTimeout(1500);
    await shoot(page, 'loupe.dark');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await shoot(page, 'palette.dark');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await shoot(page, 'keys.dark');
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1024, height: 700 });
    await shoot(page, 'narrow.dark');
    // Narrower still: the panel at the right lies over the stage, and is a button away.
    await page.setViewportSize({ width: 900, height: 700 });
    for (const [i, view] of VIEWS.entries()) {
      await page.keyboard.press(`Control+${i + 1}`);
      await page.waitForTimeout(700);
      await shoot(page, `${view}.narrow`);
    }
    await page.getByRole('button', { name: 'Side panel' }).click();
    await expect(page.locator('aside').last()).toBeVisible();
    await shoot(page, 'panel.narrow');
    expect(studio.complaints).toEqual([]);
  } finally {
    await studio.close();
  }
});

test('the start screen is whole with and without recent projects', async () => {
  mkdirSync(OUT, { recursive: true });
  const home = mkdtempSync(join(tmpdir(), 'assay-start-'));
  const studio = await openInBrowser({ home });
  try {
    await expect(studio.page.getByRole('button', { name: /Open a folder of images/ })).toBeVisible();
    await shoot(studio.page, 'start.dark');
    expect(studio.complaints).toEqual([]);
  } finally {
    await studio.close();
  }
});
