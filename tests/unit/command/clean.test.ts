/** assay clean on the command line: every verb and every option, and what it refuses. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { assay, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawDirtySet, WRONG } from '../../helpers/dirty-set.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

// A process a step: slow where the machine is busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

interface Listed {
  id: number;
  kind: string;
  conflict?: true;
  images: string[];
  given: string | null;
  suggested: string | null;
  score: number;
  reason: string;
  decision: string | null;
}
interface Found {
  findings: Listed[];
}

let place: Scratch;
let run: (...args: string[]) => Promise<Ended>;
const P = () => ['--project', place.path('프로젝트 one.assay')] as const;
const path = (relative: string): string => place.path('set', relative);
const clean = async (...args: string[]): Promise<Ended> => run('clean', ...args, ...P());
const found = async (...args: string[]): Promise<Listed[]> => {
  const end = await clean(...args);
  expect(end.stderr).not.toContain('remedy');
  expect(end.code).toBe(0);
  return end.json<Found>().findings;
};
async function refused(...args: string[]): Promise<RefusedDocument['error'] & { exit: number | null }> {
  const end = await clean(...args);
  return { ...end.json<RefusedDocument>().error, exit: end.code };
}

beforeAll(async () => {
  place = scratch();
  run = (...args) => assay([...args, '--json'], { home: place.path('home'), cwd: place.path() });
  await drawDirtySet(place.path('set'));
  expect((await run('import', 'set', ...P(), '--split', 'draw', '--test', '0.2')).code).toBe(0);
  const [kept, learned] = WRONG.near.map((one) => one.split('/').at(-1)!);
  await run('label', ...P(), '--filter', `name:${kept}`, '--split', 'test');
  await run('label', ...P(), '--filter', `name:${learned}`, '--split', 'train');
  expect((await run('train', ...P(), '--backbone', 'classic', '--preset', 'head')).code).toBe(0);
});
afterAll(() => place.remove());

describe('search', () => {
  test('--kind duplicate,leak,quality: conflicts first, a family is one finding with all its images', async () => {
    const all = await found('--kind', 'duplicate,leak,quality');
    expect(all[0]).toMatchObject({ kind: 'duplicate', conflict: true, score: 1 });
    expect(all[0]!.images.sort()).toEqual(WRONG.conflict.map(path).sort());
    expect(all[1]).toMatchObject({ kind: 'duplicate', images: WRONG.near.map(path), given: null });
    expect(all.find((f) => f.kind === 'leak')?.images).toEqual(WRONG.near.map(path));
    const odd = all.filter((f) => f.kind === 'quality').flatMap((f) => f.images);
    expect(odd).toEqual(expect.arrayContaining([path(WRONG.dark), path(WRONG.broken)]));
    for (const f of all) expect(f.reason.length).toBeGreaterThan(0);
  });

  test('--kind conflict alone calls them so', async () => {
    expect((await found('--kind', 'conflict')).map((f) => f.kind)).toEqual(['conflict']);
  });

  test('--backbone with two of them is an ensemble that finds the wrong label', async () => {
    const all = await found('--kind', 'label-error,overlap,outlier', '--backbone', 'classic,classic', '--limit', '3');
    const wrong = all.find((f) => f.images[0] === path(WRONG.label));
    expect(wrong).toMatchObject({ kind: 'label-error', given: 'green', suggested: 'blue' });
    expect(wrong!.reason).toContain('2 of 2 models');
    expect(all.filter((f) => f.kind === 'label-error').length).toBeLessThanOrEqual(3);
  });

  test('--run takes what a stored run held out', async () => {
    const all = await found('--kind', 'label-error', '--run', '1');
    expect(all.slice(0, 2).flatMap((f) => f.images)).toContain(path(WRONG.label));
  });

  test('--report writes one page with pictures, in the language asked for', async () => {
    const end = await clean('--report', 'out.html', '--locale', 'ko', '--limit', '5', '--backbone', 'classic');
    expect(end.json()).toMatchObject({ report: place.path('out.html') });
    const page = await readFile(place.path('out.html'), 'utf8');
    expect(page).toContain('<html lang="ko">');
    expect(page).toContain('정리 보고서');
    expect(page).toContain('prefers-color-scheme:dark');
    expect(page).toContain('src="data:image/jpeg;base64,');
    // Nothing is fetched from anywhere.
    expect(page).not.toMatch(/(?:src|href)="(?!data:|#)/);
    for (const title of ['라벨 오류', '라벨 충돌', '분할 누출', '클래스 상태', '라벨 변경 뒤 점수'])
      expect(page).toContain(title);
    await clean('--report', 'en.html', '--locale', 'en', '--kind', 'quality');
    expect(await readFile(place.path('en.html'), 'utf8')).toContain('Cleaning report');
  });

  test('a report that cannot be written says so', async () => {
    const error = await refused('--kind', 'quality', '--report', 'no such folder/out.html');
    expect(error).toMatchObject({ code: 'usage/invalid', message: expect.stringContaining('report') });
  });
});

describe('answers', () => {
  const first = async (kind: string): Promise<Listed> => (await found('list', '--kind', kind))[0]!;
  const wrong = async (): Promise<Listed> =>
    (await found('list', '--kind', 'label-error')).find((f) => f.images[0] === path(WRONG.label))!;

  test('decide change takes the class; list --decided yes shows it; undo opens it again', async () => {
    const { id } = await wrong();
    expect((await clean('decide', String(id), 'change', '--class', 'blue')).code).toBe(0);
    expect(await found('list', '--decided', 'yes')).toMatchObject([{ id, decision: 'change' }]);
    expect(await run('query', 'name:blue-one.jpg class:blue', ...P()).then((end) => end.json())).toMatchObject({
      total: 1,
    });
    await run('undo', ...P());
    expect(await found('list', '--decided', 'yes')).toEqual([]);
  });

  test('decide exclude --image takes only that copy; a test image is clean/test-fixed', async () => {
    const { id } = await first('leak');
    const [measured, learned] = WRONG.near;
    expect(await refused('decide', String(id), 'exclude', '--image', path(measured))).toMatchObject({
      code: 'clean/test-fixed',
      exit: 1,
    });
    expect((await clean('decide', String(id), 'exclude', '--image', path(learned))).code).toBe(0);
    expect((await run('query', 'is:excluded', ...P())).json()).toMatchObject({ total: 1 });
    await run('undo', ...P());
  });

  test('an answer that does not fit is clean/decision-unfit', async () => {
    const { id } = await first('duplicate');
    expect(await refused('decide', String(id), 'unsure')).toMatchObject({ code: 'clean/decision-unfit', exit: 1 });
  });

  test('bulk --preview says what would change, bulk changes it, one undo takes it back', async () => {
    const score = String((await wrong()).score - 1e-9);
    const bulk = ['bulk', 'accept', '--kind', 'label-error', '--above', score];
    const preview = (await clean(...bulk, '--preview')).json<{ findings: number; images: number; first: string[] }>();
    expect(preview.first).toContain(path(WRONG.label));
    expect((await clean(...bulk)).json()).toMatchObject({ findings: preview.findings, changed: preview.images });
    const summary = (await clean('summary')).json<{ corrected: number }>();
    expect(summary.corrected).toBe(preview.findings);
    await run('undo', ...P());
    expect((await clean('summary')).json()).toMatchObject({ corrected: 0, reviewed: 0 });
  });

  test('audit start draws, audit answers, audit tells', async () => {
    interface Audited {
      size: number;
      audited: number;
      sample: { image: string; verdict: string | null }[];
      left: { estimate: number; low: number; high: number } | null;
    }
    const started = (await clean('audit', 'start', '--size', '5', '--seed', '2')).json<Audited>();
    expect(started).toMatchObject({ size: 5, audited: 0, left: null });
    const [one, two] = started.sample;
    await clean('audit', 'right', one!.image);
    const answered = (await clean('audit', 'wrong', two!.image, '--class', 'blue')).json<Audited>();
    expect(answered).toMatchObject({ audited: 2, wrong: 1 });
    const state = (await clean('audit')).json<Audited>();
    expect(state).toEqual(answered);
    expect(
      state.sample
        .map((s) => s.verdict)
        .filter(Boolean)
        .sort(),
    ).toEqual(['right', 'wrong']);
    expect(state.left!.high).toBeGreaterThan(state.left!.low);
  });

  test('an image that was not drawn is refused with those that were', async () => {
    expect(await refused('audit', 'right', 'set/nothing.jpg')).toMatchObject({ code: 'usage/invalid', exit: 2 });
  });

  test('health has a line a class, effect one for the split and one for what was predicted out of fold', async () => {
    const health = (await clean('health')).json<{ classes: { class: string }[] }>();
    expect(health.classes.map((c) => c.class).sort()).toEqual(['blue', 'green', '붉은 것']);
    const { runs } = (await clean('effect', '--run', '1')).json<{ runs: { run: number; notes: string[] }[] }>();
    expect(runs).toMatchObject([
      { run: 1, split: 'test' },
      { run: 1, split: 'out-of-fold' },
    ]);
    expect(runs[0]!.notes[0]).toMatch(/label/i);
  });
});

describe('refused', () => {
  test('a backbone without weights is clean/backbone-untrained and names those that have some', async () => {
    const error = await refused('--kind', 'label-error', '--backbone', 'compact');
    expect(error).toMatchObject({ code: 'clean/backbone-untrained', subject: 'compact', exit: 1 });
    expect(error.remedy).toContain('photo');
  });

  test.for<[string, string[], string, string]>([
    ['an unknown backbone', ['--backbone', 'nobody'], 'model/unknown', 'nobody'],
    ['an unknown run', ['--run', '99'], 'run/unknown', '99'],
    ['an unknown finding', ['decide', '9999', 'keep'], 'clean/finding-unknown', '9999'],
    ['an unknown class', ['decide', '1', 'change', '--class', 'nothing'], 'label/class-unknown', 'nothing'],
    ['a change without a class', ['decide', '1', 'change'], 'usage/invalid', '--class'],
    ['an unknown answer', ['decide', '1', 'perhaps'], 'usage/invalid', 'perhaps'],
    ['an unknown verb', ['tidy'], 'usage/invalid', 'tidy'],
    ['a score outside 0-1', ['bulk', 'accept', '--kind', 'label-error', '--above', '7'], 'usage/invalid', '--above'],
    ['bulk without a kind', ['bulk', 'keep', '--above', '0.5'], 'usage/invalid', '--kind'],
    ['a language there is none of', ['--locale', 'fr'], 'usage/invalid', 'fr'],
    ['an unknown --decided', ['list', '--decided', 'maybe'], 'usage/invalid', '--decided'],
  ])('%s', async ([, args, code, named]) => {
    const error = await refused(...args);
    expect(error.code).toBe(code);
    expect(error.message).toContain(named);
    expect(error.remedy).not.toBe('');
  });
});
