/** The Augment view in the browser: a plan by class group is made, taken back, saved, found again, judged by a run. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type Plan } from '../../electron/contract/index.ts';
import { assay } from '../helpers/assay.ts';
import { drawPictures } from '../helpers/fixtures.ts';
import { openInBrowser } from '../helpers/studio.ts';

test('a plan by class group is edited by keyboard, undone, saved, kept over a reload, and its ops are judged', async () => {
  test.setTimeout(400_000);
  const folder = mkdtempSync(join(tmpdir(), 'assay 증강 '));
  const [home, images, project] = [join(folder, 'home'), join(folder, '이미지'), join(folder, 'pages.assay')];
  mkdirSync(home);
  await drawPictures(images, { classes: ['diagnosis', 'passport', 'car_dashboard'], each: 12 });
  for (const args of [
    ['import', images, '--project', project],
    ['train', '--project', project, '--backbone', 'classic'],
  ]) {
    const ended = await assay(args, { home });
    expect(ended.code, ended.stderr).toBe(0);
  }
  const studio = await openInBrowser({ home, project });
  const { page } = studio;
  const group = (name: string) => page.getByRole('region', { name, exact: true });
  try {
    await test.step('the preset of the contest has its three groups', async () => {
      await expect(page.locator('[role=gridcell][data-row]').first()).toBeVisible({ timeout: 60_000 });
      await page.keyboard.press('Control+3');
      await expect(page.getByRole('combobox', { name: 'Preset' })).toHaveValue('light', { timeout: 60_000 });
      await page.getByRole('combobox', { name: 'Preset' }).selectOption('document contest');
      for (const name of ['Documents', 'Identity', 'Vehicles']) await expect(group(name)).toBeVisible();
      await expect(group('Documents').getByRole('radio', { name: 'Heavy 40 %' })).toBeVisible();
    });

    await test.step('a class moves to another group by keyboard; the group that it left is named as empty', async () => {
      await group('Identity')
        .getByRole('button', { name: /^passport:/ })
        .focus();
      await page.keyboard.press('Alt+ArrowLeft');
      await expect(group('Documents').getByRole('button', { name: /^passport:/ })).toBeVisible();
      await expect(group('Documents').getByRole('button', { name: /^passport:/ })).toBeFocused();
      await expect(page.getByText(/“Identity” has no classes/)).toBeVisible();
      await expect(page.getByRole('button', { name: /Save plan/ })).toBeDisabled();
      await page.getByRole('button', { name: 'Remove the group Identity' }).click();
      await expect(page.getByText(/has no classes/)).toBeHidden();
    });

    await test.step('a probability is set and taken back; ops are put in another order', async () => {
      const grey = group('Documents').getByRole('button', { name: /^Grey, p/ });
      await grey.click();
      await group('Documents').getByRole('slider', { name: 'Probability of Grey' }).fill('0.8');
      await expect(group('Documents').getByRole('button', { name: 'Grey, p 0.80' })).toBeVisible();
      await page.keyboard.press('Control+z');
      await expect(group('Documents').getByRole('button', { name: 'Grey, p 0.35' })).toBeVisible();
      await page.keyboard.press('Control+Shift+z');
      await expect(group('Documents').getByRole('button', { name: 'Grey, p 0.80' })).toBeVisible();
      await group('Documents').getByRole('button', { name: 'Grey, p 0.80' }).focus();
      await page.keyboard.press('Alt+ArrowUp');
      const names = await group('Documents')
        .getByRole('button', { name: /, p \d/ })
        .allTextContents();
      expect(names.findIndex((text) => text.includes('Grey'))).toBe(
        names.findIndex((text) => text.includes('Brightness')) - 1,
      );
      await page.keyboard.press('Alt+ArrowDown');
    });

    await test.step('the preview tells what was drawn, and each op alone', async () => {
      const draws = page.getByRole('table', { name: 'Preview' });
      const first = draws.getByRole('button', { name: /, draw 1: / }).first();
      await expect(first).toBeVisible({ timeout: 60_000 });
      // The run says what each draw leaves of the class.
      await expect(page.getByText(/^In \d+ of \d+ draws less than half of p is left\.$/)).toBeVisible({
        timeout: 60_000,
      });
      await expect(first).toHaveAccessibleName(/p \d\.\d\d → \d\.\d\d/);
      await page.getByRole('radio', { name: 'Strip per op' }).click();
      const strip = page.getByRole('table', { name: 'Strip per op' });
      await expect(strip.getByRole('rowheader', { name: 'Grey' })).toBeVisible({ timeout: 60_000 });
      const motion = strip.getByRole('button', { name: /, Motion blur: Motion blur \d/ }).first();
      await motion.focus();
      await expect(page.getByRole('status').filter({ hasText: /Motion blur \d.* px/ })).toBeVisible();
      // Only images of the group.
      await expect(strip.getByRole('button', { name: /^car_dashboard/ })).toHaveCount(0);
    });

    await test.step('the run judges each op, and warns where the class is lost', async () => {
      await page.getByRole('button', { name: 'Judge the ops' }).click();
      await expect(page.getByText(/Run 1 on 12 images/)).toBeVisible({ timeout: 120_000 });
      const invert = page.getByRole('table', { name: 'Strip per op' }).getByRole('rowheader', { name: /^Invert/ });
      await expect(invert).toContainText(/p \d\.\d\d → \d\.\d\d/);
      await expect(invert).toContainText(/lost: /);
      await expect(group('Documents').getByRole('button', { name: /^Invert, p .*lost: / })).toBeVisible();
    });

    await test.step('the plan is copied, pasted after an edit, and the paste is undone', async () => {
      const grey = group('Documents').getByRole('button', { name: /^Grey, p / });
      await page.getByRole('button', { name: 'Copy recipe' }).click();
      await expect(page.getByText(/The plan is on the clipboard/).first()).toBeVisible();
      const plan = { name: 'mine', groups: [], rest: [{ op: 'jpeg', p: 0.25 }] };
      const file = { name: 'plan.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(plan)) };
      await page.locator('input[type=file][accept*=json]').setInputFiles(file);
      await expect(grey).toHaveCount(0);
      await page.keyboard.press('Control+v');
      await expect(grey).toBeVisible();
      await page.keyboard.press('Control+z');
      await expect(grey).toHaveCount(0);
      await page.keyboard.press('Control+Shift+z');
      await expect(grey).toBeVisible();
    });

    await test.step('it is saved, found again after a reload, and is what the command line knows', async () => {
      await page.keyboard.press('Control+Enter');
      await expect(page.getByText('saved, trainings take it')).toBeVisible();
      await page.reload();
      await expect(page.locator('[role=gridcell][data-row]').first()).toBeVisible({ timeout: 60_000 });
      await page.keyboard.press('Control+3');
      await expect(group('Documents').getByRole('button', { name: 'Grey, p 0.80' })).toBeVisible({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Train with it' }).click();
      await expect(page.getByRole('radio', { name: 'Everything' })).toBeVisible();
    });
    expect(studio.complaints).toEqual([]);
  } finally {
    await page.screenshot({ path: 'test-results/augment.png' }).catch(() => undefined);
    await studio.close();
  }
  const shown = await assay(['augment', 'show', '--project', project, '--json'], { home });
  const plan = shown.json<Plan>();
  expect(plan.groups.map(({ name, classes }) => [name, classes])).toEqual([
    ['Documents', ['diagnosis', 'passport']],
    ['Vehicles', ['car_dashboard']],
  ]);
  expect(plan.groups[0]?.base.find(({ op }) => op === 'grey')?.p).toBe(0.8);
  rmSync(folder, { recursive: true, force: true });
});
