/** Fine-tuning as a user does it: a network from nothing, its curves live, paused, gone on with, seen again after closing. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startAssay } from '../helpers/assay.ts';
import { drawPictures } from '../helpers/fixtures.ts';
import { openInBrowser } from '../helpers/studio.ts';

// More than any machine gets through before the test ends the training itself.
const EPOCHS = '500';

test('a network is trained in the browser: recipe, live curves, pause, resume, another page, early finish', async () => {
  test.setTimeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'assay 학습 '));
  const [home, images, project] = [join(folder, 'home'), join(folder, '이미지'), join(folder, 'things.assay')];
  mkdirSync(home);
  await drawPictures(images, { classes: ['영수증', 'letter', 'form'], each: 24 });
  const imported = await startAssay(['import', images, '--project', project], { home }).ended;
  expect(imported.code, imported.stderr).toBe(0);
  const studio = await openInBrowser({ home, project });
  const { page } = studio;
  const tiles = () => page.locator('[role=gridcell][data-row]');
  const macro = () => page.getByRole('region', { name: 'Macro F1' });
  try {
    await test.step('a recipe from a file fills the form; a wrong one is refused, field by field', async () => {
      // Keys mean something once the project is shown.
      await expect(tiles().first()).toBeVisible({ timeout: 60_000 });
      await page.keyboard.press('Control+4');
      const wrong = join(folder, 'wrong.json');
      const recipe = join(folder, 'small.json');
      writeFileSync(wrong, JSON.stringify({ backbones: ['compact'], preset: 'full', loss: { gama: 2 } }));
      writeFileSync(
        recipe,
        JSON.stringify({ backbones: ['compact'], preset: 'full', size: 32, batch: 8, data: { robust: true } }),
      );
      const input = page.getByLabel('Load a recipe from a file').last();
      await expect(page.getByRole('radio', { name: 'Everything' })).toBeVisible();
      await input.setInputFiles(wrong);
      await expect(page.getByRole('alert')).toContainText('loss.gama: there is no such setting');
      await input.setInputFiles(recipe);
      await expect(page.getByText('Loaded from small.json.')).toBeVisible();
      await expect(page.getByRole('radio', { name: 'Everything' })).toBeChecked();
      await expect(page.getByRole('spinbutton', { name: 'Input size' })).toHaveValue('32');
    });

    await test.step('settings have defaults, groups fold, and the estimate follows', async () => {
      await expect(page.getByText(/weights are trained/)).toBeVisible({ timeout: 30_000 });
      await page.getByRole('button', { name: /Loss and balance/ }).click();
      await page.getByRole('combobox', { name: 'Loss' }).selectOption('focal');
      await expect(page.getByRole('spinbutton', { name: 'Focus (gamma)' })).toBeVisible();
      const epochs = page.getByRole('spinbutton', { name: 'Epochs' });
      await epochs.fill(EPOCHS);
      await epochs.press('Tab');
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save the recipe as a file' }).click();
      const text = readFileSync((await (await saved).path()) ?? '', 'utf8');
      expect(JSON.parse(text)).toMatchObject({ version: 1, epochs: 500, batch: 8, loss: { kind: 'focal' } });
    });

    await test.step('the curves grow while it trains', async () => {
      await page.keyboard.press('Control+Enter');
      await expect(page.getByText(/epoch \d+ of 500/).first()).toBeVisible({ timeout: 60_000 });
      await expect(macro().getByText(/^clean \d/)).toBeVisible({ timeout: 60_000 });
      await expect(macro().getByText(/^robust \d/)).toBeVisible();
      await expect(page.getByRole('region', { name: 'Where time goes' })).toContainText(/step \d+ %/);
      await expect(page.getByRole('region', { name: 'Most wrong' })).toContainText(/validation, epoch \d+/);
    });

    await test.step('paused and gone on with, and it keeps running when the view changes', async () => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(page.getByText(/is paused at epoch \d+ of 500/)).toBeVisible({ timeout: 30_000 });
      await page.getByRole('button', { name: 'Go on' }).click();
      await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible({ timeout: 60_000 });
      await page.keyboard.press('Control+1');
      await expect(tiles().first()).toBeVisible();
      await page.keyboard.press('Control+4');
      await expect(page.getByText(/epoch \d+ of 500/).first()).toBeVisible();
      await expect(page.getByRole('radio', { name: 'Everything' })).toBeChecked();
    });

    await test.step('a page that is closed and opened again shows the same training', async () => {
      const url = page.url();
      await page.goto('about:blank');
      await page.goto(url);
      await expect(tiles().first()).toBeVisible();
      await page.keyboard.press('Control+4');
      await expect(page.getByText(/epoch \d+ of 500/).first()).toBeVisible();
      await expect(macro().getByText(/^clean \d/)).toBeVisible();
    });

    await test.step('stopped early, the best epoch is the result, and its recipe can be used again', async () => {
      await page.getByRole('button', { name: 'Stop, keep best' }).click();
      await expect(page.getByRole('button', { name: /Open the matrix/ })).toBeVisible({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Use this recipe' }).click();
      await expect(page.getByRole('spinbutton', { name: 'Epochs' })).toHaveValue(EPOCHS);
      await page.getByRole('button', { name: /Open the matrix/ }).click();
      await expect(page.getByRole('gridcell', { name: /label .*, predicted/ }).first()).toBeVisible();
    });
    expect(studio.complaints).toEqual([]);
  } finally {
    await page.screenshot({ path: 'test-results/train.png' }).catch(() => undefined);
    await studio.close();
  }
});
