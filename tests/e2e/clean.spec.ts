/** Cleaning as a reviewer does it: search, an audit, fifty decisions by keyboard, a leak, moved scores, and all of it undone. */
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { startAssay } from '../helpers/assay.ts';
import { openInBrowser } from '../helpers/studio.ts';

const REVIEWED = 50;
const AUDITED = 15;

async function assay(home: string, ...args: string[]): Promise<void> {
  const ended = await startAssay(args, { home }).ended;
  expect(ended.code, ended.stderr).toBe(0);
}

/** A demo set with many wrong labels, one page of it in training and test alike, and a run to be judged. */
async function noisyProject(folder: string): Promise<{ home: string; project: string }> {
  const [home, set, project] = [join(folder, 'home'), join(folder, 'set'), join(folder, '문서.assay')];
  mkdirSync(home);
  await assay(home, 'demo', set, '--train', '272', '--test', '51', '--noise', '0.3');
  const truth = join(set, 'truth.csv');
  // A page whose label is right: two copies with one wrong label would be one decision, as one content is asked about once.
  const rows = readFileSync(truth, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(','));
  const [id = '', target = ''] = rows.filter(([, is, given]) => is !== undefined && is === given)[3] ?? [];
  copyFileSync(join(set, 'train', id), join(set, 'test', 'copied.jpg'));
  appendFileSync(join(set, 'test-truth.csv'), `copied.jpg,${target}\n`);
  const labels = ['train.csv', 'test-truth.csv'].flatMap((file) => ['--labels', join(set, file)]);
  await assay(home, 'import', set, '--project', project, ...labels);
  await assay(home, 'train', '--project', project, '--backbone', 'classic');
  return { home, project };
}

const pane = (page: Page, name: string) => page.getByRole('region', { name });
const kind = (page: Page, name: string) => page.getByRole('button', { name: new RegExp(`^${name}: `) });
const reviewed = (page: Page) => page.locator('dt', { hasText: 'Reviewed' }).locator('xpath=following-sibling::dd');

/** Macro F1 of the run on what it predicted out of fold: before the review, and now. */
async function scores(page: Page): Promise<{ before: string; now: string }> {
  await page.getByRole('button', { name: 'Moved scores' }).click();
  const row = pane(page, 'Moved scores').getByRole('row', { name: /out.of.fold/i });
  await expect(row).toBeVisible();
  const [before = '', now = ''] = await row
    .getByRole('cell')
    .allTextContents()
    .then((cells) => cells.slice(2));
  await page.keyboard.press('Escape');
  return { before, now };
}

test('fifty findings reviewed by keyboard: precision, errors left, a leak, moved scores, and everything undone', async () => {
  test.setTimeout(420_000);
  const { home, project } = await noisyProject(mkdtempSync(join(tmpdir(), 'assay 정리 ')));
  const studio = await openInBrowser({ home, project });
  const { page } = studio;
  try {
    await test.step('one search finds all kinds', async () => {
      await expect(page.locator('[role=gridcell][data-row]').first()).toBeVisible({ timeout: 60_000 });
      await page.keyboard.press('Control+2');
      await page.getByRole('button', { name: 'Search for everything' }).first().click();
      await expect(page.getByText('never asked again')).toBeVisible({ timeout: 180_000 });
      await expect(kind(page, 'Split leaks')).toHaveAccessibleName(/: 1 open/);
    });

    await test.step('an audit of a random sample says how many errors are left', async () => {
      await pane(page, 'Errors left')
        .getByRole('button', { name: /Draw 100 audits/ })
        .click();
      await expect(page.getByText('Is this label right?')).toBeVisible();
      for (let i = 1; i <= AUDITED; i++) {
        await page.keyboard.press(i % 3 === 0 ? 'n' : 'y');
        await expect(page.getByText(`Audit ${i + 1} of 100`)).toBeVisible();
      }
      await expect(pane(page, 'Errors left')).toContainText(`${AUDITED} audited`);
      await page.keyboard.press('Escape');
    });

    const start = await scores(page);
    const left = await pane(page, 'Errors left').textContent();

    await test.step('fifty decisions, and precision and interval move with them', async () => {
      await kind(page, 'Label errors').click();
      await expect(page.getByText('never asked again')).toBeVisible();
      const before = Number(
        await reviewed(page)
          .innerText()
          .then((text) => text.split('/')[0]),
      );
      let precision = '';
      for (let i = 0; i < REVIEWED; i++) {
        await page.keyboard.press(i % 5 === 4 ? 'k' : 'y');
        // The next one is on the stage at once; a person looks at it before the next key.
        await expect(page.getByText(new RegExp(`^${before + i + 2} of \\d+$`))).toBeVisible();
        if (i === 9) {
          await expect(reviewed(page)).toContainText(String(before + 10));
          precision = (await pane(page, 'Precision so far').textContent()) ?? '';
        }
      }
      await expect(reviewed(page)).toContainText(String(before + REVIEWED));
      await expect(pane(page, 'Precision so far')).not.toHaveText(precision);
      await expect(pane(page, 'Errors left')).not.toHaveText(left ?? '');
    });

    await test.step('the score of the stored run has moved, and nothing was run for it', async () => {
      const moved = await scores(page);
      expect(moved.before).toBe(start.before);
      expect(moved.now).not.toBe(start.now);
    });

    await test.step('the learned copy of a leak is excluded', async () => {
      await kind(page, 'Split leaks').click();
      await expect(page.getByRole('button', { name: /Exclude the learned copies/ })).toBeVisible();
      await page.keyboard.press('d');
      await expect(page.getByRole('img', { name: 'Difference' })).toBeVisible();
      await page.keyboard.press('x');
      await expect(kind(page, 'Split leaks')).toHaveAccessibleName(/: 0 open/);
    });

    await test.step('all of it is undone, step by step', async () => {
      const undo = page.getByRole('button', { name: 'Undo' }).first();
      for (let i = 0; i < REVIEWED + AUDITED + 1; i++) {
        await expect(undo).toBeEnabled();
        await page.keyboard.press('Control+z');
        // One after the other: what is undone next depends on what was undone last.
        await page.waitForTimeout(60);
      }
      await expect(kind(page, 'Split leaks')).toHaveAccessibleName(/: 1 open/);
      await expect(reviewed(page)).toHaveText(/^\s*0\b/);
      expect(await scores(page)).toEqual(start);
    });
    expect(studio.complaints).toEqual([]);
  } finally {
    await page.screenshot({ path: 'test-results/clean.png' }).catch(() => undefined);
    await studio.close();
  }
});
