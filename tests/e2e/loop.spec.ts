/** The loop that a newcomer walks: import, label, undo, train, matrix, relabel, clean, classify. Through two doors. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { drawPictures } from '../helpers/fixtures.ts';
import { type Studio, type StudioOptions, openInBrowser, openInShell } from '../helpers/studio.ts';

const CLASSES = ['영수증', 'letter', 'form'];

async function pictureFolder(): Promise<{ home: string; images: string; more: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'assay 시험 '));
  const [home, images, more] = [join(folder, 'home'), join(folder, '내 이미지'), join(folder, 'more')];
  for (const made of [home, more]) mkdirSync(made);
  await drawPictures(images, { classes: CLASSES, each: 14 });
  await drawPictures(more, { classes: ['a', 'b'], each: 5 });
  return { home, images, more };
}

/** Answers "which folder": the system's dialog in the shell is the double's; in the browser the studio's own picker. */
async function chooseFolder(page: Page, path: string, door: string): Promise<void> {
  if (door === 'shell') return;
  const picker = page.getByRole('dialog');
  await picker.getByRole('textbox').first().fill(path);
  await picker.getByRole('textbox').first().press('Enter');
  await picker.getByRole('button', { name: /choose|take|use/i }).click();
}

const tiles = (page: Page) => page.locator('[role=gridcell][data-row]');
const view = (page: Page, n: number) => page.keyboard.press(`Control+${n}`);

async function walk(page: Page, door: string, images: string, more: string): Promise<void> {
  await test.step('open a folder of images: one choice, where the labels come from', async () => {
    await page.getByRole('button', { name: /Open a folder of images/ }).click();
    await chooseFolder(page, images, door);
    await expect(page.getByText('Where do the labels come from?')).toBeVisible();
    await expect(page.getByText('Folder names')).toBeVisible();
    await page.getByRole('button', { name: /^Import 42 images/ }).click();
    await expect(tiles(page).first()).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText('42 images').first()).toBeVisible({ timeout: 60_000 });
  });

  await test.step('a class key labels the selection, and undo takes it back', async () => {
    // The panel of classes follows the import by a moment; before it is there, keys mean nothing.
    await expect(page.locator('aside').first().getByText('letter', { exact: true })).toBeVisible();
    const first = tiles(page).first();
    await first.click();
    await expect(first).toHaveAttribute('aria-selected', 'true');
    const before = (await first.getAttribute('aria-label')) ?? '';
    await page.keyboard.press('Shift+2');
    await expect(page.getByRole('status').first()).toBeVisible();
    await expect(first).not.toHaveAttribute('aria-label', before);
    await page.keyboard.press('Control+z');
    await expect(first).toHaveAttribute('aria-label', before);
  });

  await test.step('the filter bar narrows the grid and marks a mistake at its place', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('class:letter');
    await page.keyboard.press('Enter');
    await expect(page.getByText('14 images').first()).toBeVisible();
    const query = page.getByRole('combobox').first();
    await query.fill('class:nothing-like-this');
    await query.press('Enter');
    await expect(page.getByText(/no class|nothing-like-this/i).last()).toBeVisible();
    await query.fill('');
    await query.press('Enter');
    await page.keyboard.press('Escape');
    await expect(page.getByText('42 images').first()).toBeVisible();
  });

  await test.step('one button trains a head', async () => {
    await view(page, 4);
    for (const name of ['Photographs', 'Documents']) {
      const box = page.getByRole('checkbox', { name: new RegExp(name) });
      if (await box.isChecked()) await box.click();
    }
    await page.getByRole('checkbox', { name: /Classic/ }).click();
    await page
      .getByRole('button', { name: /Start training/ })
      .first()
      .click();
    await expect(page.getByRole('button', { name: /Open the matrix/ })).toBeVisible({ timeout: 90_000 });
  });

  await test.step('the matrix opens its images, and relabelling there moves the figures', async () => {
    await view(page, 5);
    const cell = page.getByRole('gridcell', { name: /label .*, predicted .*, [1-9]/ }).first();
    await expect(cell).toBeVisible();
    const accuracy = page.getByRole('definition').nth(1);
    const before = await accuracy.textContent();
    await cell.click();
    await page.keyboard.press('Enter');
    await expect(page.getByText('Open in Images')).toBeVisible();
    await page.keyboard.press('3');
    await page.keyboard.press('3');
    await expect(accuracy).not.toHaveText(before ?? '');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect(accuracy).toHaveText(before ?? '');
  });

  await test.step('a wrong label is found, and taken with one key', async () => {
    await view(page, 1);
    await tiles(page).nth(1).click();
    await page.keyboard.press('Shift+3');
    await view(page, 2);
    await page
      .getByRole('button', { name: /Search/ })
      .first()
      .click();
    await expect(page.getByText(/never asked again/)).toBeVisible({ timeout: 90_000 });
    await expect(page.getByText(/out of fold/i).first()).toBeVisible();
    await page.keyboard.press('y');
    await expect(page.locator('aside').getByText('Corrected', { exact: true })).toBeVisible();
    await page.keyboard.press('Control+z');
  });

  await test.step('a folder is classified into a table', async () => {
    await view(page, 6);
    const form = page.locator('aside').first();
    await form.getByRole('textbox', { name: /Folder/ }).fill(more);
    await form.getByRole('textbox', { name: /Folder/ }).press('Tab');
    const out = join(more, '..', 'more.csv');
    await form.getByRole('textbox', { name: /Table/ }).fill(out);
    await form.getByRole('textbox', { name: /Table/ }).press('Tab');
    await page.getByRole('button', { name: /^Classify/ }).click();
    await expect(page.getByText('All 10')).toBeVisible({ timeout: 60_000 });
    // The table is put in place when the last row is written: rows on screen come first.
    await expect(() => expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(11)).toPass({
      timeout: 30_000,
    });
  });
}

async function walked(open: (options: StudioOptions) => Promise<Studio>, door: string): Promise<void> {
  const { home, images, more } = await pictureFolder();
  const studio = await open({ home, dialogs: [images] });
  try {
    await walk(studio.page, door, images, more);
    expect(studio.complaints).toEqual([]);
  } finally {
    await studio.page.screenshot({ path: `test-results/walk-${door}.png` }).catch(() => undefined);
    await studio.close();
  }
}

test('import → label → undo → train → matrix → relabel → clean → classify, in the browser', () =>
  walked(openInBrowser, 'browser'));
test('the same loop in the window: real main and preload over the electron double', () => walked(openInShell, 'shell'));
