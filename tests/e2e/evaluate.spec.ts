/** An evaluation that explains: slices by query, clean against degraded, temperature, and the story, in the browser. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { assay } from '../helpers/assay.ts';
import { drawPictures } from '../helpers/fixtures.ts';
import { openInBrowser } from '../helpers/studio.ts';

test('a run is looked at in slices, on its degraded twin, before and after temperature; the story is told', async () => {
  test.setTimeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), 'assay 평가 '));
  const [home, images] = [join(folder, 'home'), join(folder, '이미지')];
  const project = join(folder, 'things.assay');
  mkdirSync(home);
  await drawPictures(images, { classes: ['영수증', 'letter', 'form'], each: 14 });
  for (const args of [
    ['import', images, '--project', project, '--split', 'draw'],
    ['train', '--project', project, '--backbone', 'classic'],
    // Small enough for a test; the page shows what was told by the command line too.
    ['story', '--project', project, '--size', '32', '--larger', '64', '--epochs', '1', '--judges', 'classic'],
  ]) {
    const ended = await assay(args, { home });
    expect(ended.code, ended.stderr).toBe(0);
  }
  const studio = await openInBrowser({ home, project });
  const { page } = studio;
  const tab = (name: string) => page.getByRole('button', { name, exact: true }).first().click();
  try {
    await test.step('a query is completed and kept as a slice; its row says what the run is on it', async () => {
      await expect(page.locator('[role=gridcell][data-row]').first()).toBeVisible({ timeout: 60_000 });
      await page.keyboard.press('Control+5');
      // The head: its figures are out of fold and of the test split.
      await page.getByRole('combobox', { name: 'Run' }).selectOption({ label: '1 · classic' });
      await tab('Slices');
      const field = page.getByRole('combobox', { name: 'Query of a slice' });
      await field.fill('class:영');
      await expect(page.getByRole('option', { name: /영수증/ })).toBeVisible();
      await field.press('Tab');
      await expect(field).toHaveValue(/class:영수증/);
      await field.press('Enter');
      await expect(page.getByRole('row', { name: /class:영수증/ })).toContainText('too few to tell');
      await field.fill('nonsense:1');
      await field.press('Enter');
      await expect(page.getByRole('alert')).toContainText('nonsense');
      await field.fill('class:any');
      await field.press('Enter');
      await expect(page.getByRole('row', { name: /class:any/ })).toContainText('+0.000');
    });

    await test.step('the matrix is limited to a slice, and shows the whole again', async () => {
      await page.getByRole('button', { name: /Show only class:영수증/ }).click();
      await expect(page.getByRole('button', { name: 'Show the whole split' })).toBeVisible();
      const cells = page.getByRole('gridcell', { name: /label letter, predicted/ });
      await expect(cells.first()).toHaveAccessibleName(/, 0$/);
      await page.getByRole('button', { name: 'Show the whole split' }).click();
      await expect(page.getByRole('button', { name: 'Show the whole split' })).toBeHidden();
    });

    await test.step('the degraded twin is measured and stands beside the clean images', async () => {
      await tab('Clean against degraded');
      await page.getByRole('button', { name: 'Measure on the degraded twin' }).click();
      const table = page.getByRole('table', { name: 'Clean against degraded' });
      await expect(table.getByRole('row', { name: /Macro F1/ })).toBeVisible({ timeout: 120_000 });
      await expect(table.getByRole('row')).toHaveCount(6);
      await page.getByRole('button', { name: 'Matrix of the degraded' }).click();
      await expect(page.getByRole('radio', { name: 'Degraded' })).toBeChecked();
      await page.getByRole('radio', { name: 'Clean', exact: true }).click();
      await expect(page.getByRole('radio', { name: 'Clean', exact: true })).toBeChecked();
    });

    await test.step('the temperature is told, before and after it', async () => {
      await tab('Per class');
      await expect(page.getByText(/Temperature \d+\.\d+, fitted on images held out/)).toBeVisible();
      await page.getByRole('radio', { name: 'Before' }).click();
      await expect(page.getByText(/Calibration error \d\.\d+ before, \d\.\d+ after/)).toBeVisible();
    });

    await test.step('the story is a stair, and a table to take along', async () => {
      await tab('Combine and measure');
      await page.getByRole('radio', { name: 'The story' }).click();
      const table = page.getByRole('table', { name: 'What each step is worth' });
      await expect(table.getByRole('row')).toHaveCount(7);
      await expect(page.getByRole('img', { name: /Second look: \d\.\d+/ })).toBeVisible();
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'CSV' }).last().click();
      const text = readFileSync((await (await saved).path()) ?? '', 'utf8');
      expect(text.trimEnd().split('\n')).toHaveLength(7);
    });

    await test.step('slices are found by the next visit, and open their images', async () => {
      await tab('Slices');
      await page.getByRole('button', { name: 'Open class:영수증 in Images' }).click();
      await expect(page.locator('[role=gridcell][data-row]').first()).toBeVisible();
      await expect(page.getByRole('combobox', { name: /filter/i }).first()).toHaveValue(/\(class:영수증\) run:1/);
    });
    expect(studio.complaints).toEqual([]);
  } finally {
    await page.screenshot({ path: 'test-results/evaluate.png' }).catch(() => undefined);
    await studio.close();
  }
});
