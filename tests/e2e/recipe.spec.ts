/** The recipe around a training, in the browser: folds, evaluation, run against run, files, and a batch looked at twice. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { assay } from '../helpers/assay.ts';
import { drawPictures } from '../helpers/fixtures.ts';
import { openInBrowser } from '../helpers/studio.ts';

test('a run of two folds is evaluated, held against another, taken along, and classifies with views and a second look', async () => {
  test.setTimeout(400_000);
  const folder = mkdtempSync(join(tmpdir(), 'assay 레시피 '));
  const [home, images, scans] = [join(folder, 'home'), join(folder, '이미지'), join(folder, 'scans')];
  const project = join(folder, 'things.assay');
  mkdirSync(home);
  await drawPictures(images, { classes: ['영수증', 'letter', 'form'], each: 14 });
  await drawPictures(scans, { classes: ['a', 'b'], each: 4 });
  for (const args of [
    ['import', images, '--project', project],
    // The run that the network is held against.
    ['train', '--project', project, '--backbone', 'classic'],
  ]) {
    const ended = await assay(args, { home });
    expect(ended.code, ended.stderr).toBe(0);
  }
  const studio = await openInBrowser({ home, project });
  const { page } = studio;
  const saveAs = async (name: string): Promise<void> => {
    const dialog = page.getByRole('dialog');
    const path = dialog.getByRole('textbox').first();
    // The list shows its own first folder before it takes another.
    await expect(path).not.toHaveValue('');
    await path.fill(folder);
    await path.press('Enter');
    await expect(dialog.getByRole('button', { name: 'scans' })).toBeVisible();
    const file = dialog.getByRole('textbox').last();
    await file.fill(name);
    await dialog.getByRole('button').last().click();
    await expect(dialog).toBeHidden();
  };
  try {
    await test.step('a network is trained in two folds, from a recipe file', async () => {
      await expect(page.locator('[role=gridcell][data-row]').first()).toBeVisible({ timeout: 60_000 });
      await page.keyboard.press('Control+4');
      const recipe = join(folder, 'folds.json');
      const parts = { backbones: ['compact'], preset: 'full', size: 32, batch: 8, epochs: 4, data: { folds: 2 } };
      writeFileSync(recipe, JSON.stringify(parts));
      await expect(page.getByRole('radio', { name: 'Everything' })).toBeVisible();
      await page.getByLabel('Load a recipe from a file').last().setInputFiles(recipe);
      await expect(page.getByText('Loaded from folds.json.')).toBeVisible();
      await expect(page.getByText(/weights are trained/)).toBeVisible({ timeout: 30_000 });
      await page.keyboard.press('Control+Enter');
      await expect(page.getByRole('button', { name: /Open the matrix/ })).toBeVisible({ timeout: 180_000 });
    });

    await test.step('its out-of-fold matrix, and the curve of a class with a threshold', async () => {
      await page.getByRole('button', { name: /Open the matrix/ }).click();
      await expect(page.getByRole('gridcell', { name: /label .*, predicted/ }).first()).toBeVisible();
      await page.getByRole('button', { name: 'Per class' }).click();
      await page.getByRole('row', { name: /letter/ }).click();
      await expect(page.getByRole('slider', { name: 'Precision over recall of letter' })).toBeVisible();
      await page.getByRole('slider', { name: 'Threshold' }).fill('0');
      await expect(page.getByText(/recall 1\.00, 42 taken/)).toBeVisible();
    });

    await test.step('held against the head: figures, test, and the images that changed', async () => {
      await page.getByRole('button', { name: 'Run against run' }).click();
      await expect(page.getByText(/McNemar p/)).toBeVisible({ timeout: 60_000 });
      await expect(page.getByRole('img', { name: /to [+−]/ }).first()).toBeVisible();
      await expect(page.getByRole('radio', { name: /^All \d+/ })).toBeVisible();
    });

    await test.step('the report is a file of its own', async () => {
      await page.getByRole('button', { name: 'Report' }).click();
      await saveAs('report.html');
      await expect(page.getByText(/Written to .*report\.html/)).toBeVisible({ timeout: 60_000 });
      expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('</html>');
    });

    await test.step('so is the model, which agrees with the run', async () => {
      await page.getByRole('button', { name: 'Model (ONNX)' }).click();
      await saveAs('model.onnx');
      await expect(page.getByText(/Agrees with the run on (\d+) of \1 images/)).toBeVisible({ timeout: 120_000 });
      expect(existsSync(join(folder, 'model.onnx'))).toBe(true);
    });

    await test.step('two runs become one, measured out of fold', async () => {
      await page.getByRole('button', { name: 'Combine and measure' }).click();
      for (const box of await page.getByRole('group', { name: 'Runs' }).getByRole('checkbox').all()) await box.check();
      await page.getByRole('button', { name: 'Combine', exact: true }).click();
      await expect(page.getByText(/Run 3 was made/)).toBeVisible({ timeout: 120_000 });
      await expect(page.getByRole('row', { name: /\(kept\)/ })).toBeVisible();
    });

    await test.step('a recipe is searched: two rates, the better one trained to the end', async () => {
      await page.getByRole('radio', { name: 'Recipe search' }).click();
      const epochs = page.getByRole('spinbutton', { name: 'Epochs' });
      await epochs.fill('2');
      await epochs.press('Tab');
      await page.getByRole('textbox', { name: 'Learning rate' }).fill('0.003, 0.001');
      await page.getByRole('checkbox', { name: 'Focal' }).uncheck();
      await page.getByRole('checkbox', { name: 'none', exact: true }).uncheck();
      await expect(page.getByText('2 recipes in this space')).toBeVisible();
      await page.getByRole('button', { name: 'Search', exact: true }).click();
      const ranking = page.getByRole('table', { name: 'Recipes, the best first' });
      await expect(ranking.getByRole('row')).toHaveCount(3, { timeout: 120_000 });
      await expect(page.getByText('searched to the end')).toBeVisible();
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save the best recipe' }).click();
      const recipe = JSON.parse(readFileSync((await (await saved).path()) ?? '', 'utf8')) as object;
      expect(recipe).toMatchObject({ version: 1, backbones: ['compact'], preset: 'full', epochs: 2 });
    });

    await test.step('the best recipe fills the Train form by a key, and its input size can be set there', async () => {
      await page.keyboard.press('t');
      await expect(page.getByText('Loaded from the best of the search.')).toBeVisible();
      await expect(page.getByRole('spinbutton', { name: 'Epochs' })).toHaveValue('2');
      await expect(page.getByRole('radio', { name: 'Everything' })).toBeChecked();
      const size = page.getByRole('spinbutton', { name: 'Input size' });
      await size.fill('64');
      await size.press('Tab');
      await expect(size).toHaveValue('64');
    });

    await test.step('a folder is classified with flips, and every image looked at again', async () => {
      await page.keyboard.press('Control+6');
      await page.getByRole('textbox', { name: 'Folder' }).fill(scans);
      await page.getByRole('textbox', { name: 'Folder' }).press('Tab');
      await page.getByRole('combobox', { name: 'Run' }).selectOption({ index: 1 });
      await page.getByRole('combobox', { name: 'Views' }).selectOption('flips');
      await page.getByRole('switch', { name: 'Second look' }).click();
      const gate = page.getByRole('spinbutton', { name: 'From score' });
      await gate.fill('0');
      await gate.press('Tab');
      await page.getByRole('button', { name: /^Classify/ }).click();
      await expect(page.getByText('8 looked at again')).toBeVisible({ timeout: 120_000 });
      await expect(page.getByRole('gridcell', { name: /second look/ }).first()).toBeVisible();
      const table = readFileSync(`${scans}.csv`, 'utf8').trim().split('\n');
      expect(table[0]).toContain('routed_stage2');
      expect(table).toHaveLength(9);
    });
    expect(studio.complaints).toEqual([]);
  } finally {
    await page.screenshot({ path: 'test-results/recipe.png' }).catch(() => undefined);
    await studio.close();
  }
});
