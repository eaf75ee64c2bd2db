/** The preview holds out what a training by the same seed holds out: what shines through is then the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Split, trainRequest } from '../contract/index.ts';
import { type ImageRecord } from '../catalogue/index.ts';
import { fillRecipe } from '../training/names.ts';
import { type EngineContext } from './context.ts';
import { learnedImages, pickImages, poolFor } from './learned.ts';
import { seenBy } from './train/seen.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-learned-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = ['a', 'b', 'c', 'only in test'];

/** 60 images: every seventh without a label, every fifth of the test split, some of the others as asked. */
function images(validation: boolean): ImageRecord[] {
  return Array.from({ length: 60 }, (_, i): ImageRecord => {
    const test = i % 5 === 0;
    const split: Split = test ? 'test' : validation && i % 4 === 1 ? 'validation' : 'none';
    const label = test && i % 10 === 0 ? 4 : (i % 3) + 1;
    const name = `${i}.jpg`;
    return {
      ...{
        id: i + 1,
        source: 1,
        path: name,
        file: join(folder, name),
        name,
        hash: `${(i * 37) % 60}`.padStart(4, '0'),
      },
      ...{ bytes: 1, mtime: 0, format: 'jpeg', width: 9, height: 9, status: 'ok' },
      ...{ class: i % 7 === 6 ? null : label, split, unsure: false, excluded: false },
      group: i % 6 === 2 ? 1 : null,
    };
  });
}

function contextOf(records: ImageRecord[]): EngineContext {
  const counts = (id: number) => ({
    total: records.filter((image) => image.class === id).length,
    test: records.filter((image) => image.class === id && image.split === 'test').length,
  });
  const catalogue = {
    classes: { list: () => NAMES.map((name, i) => ({ id: i + 1, name, counts: counts(i + 1) })) },
    views: { select: () => Promise.resolve(Uint32Array.from(records, ({ id }) => id)) },
    images: { records: (ids: Uint32Array) => [...ids].map((id) => records[id - 1]!) },
  };
  return { project: { catalogue } } as unknown as EngineContext;
}

test.each([
  ['a share that is drawn', false, 1],
  ['a share that is drawn by another seed', false, 5],
  ['the validation split', true, 1],
])('%s is held out as in training', async (name, validation, seed) => {
  const context = contextOf(images(validation));
  const { signal } = new AbortController();
  const learned = await learnedImages(context, { seed, signal });
  const request = trainRequest.parse({ backbones: ['compact'], preset: 'full', seed });
  const recipe = fillRecipe(request, { untrained: true, transformer: false });
  const nothing = { name: 'none', ops: [] };
  const seen = await seenBy(context, {
    ...{ folder: mkdtempSync(join(folder, 'run-')), recipe, policy: nothing, plan: null, twin: nothing },
    ...{ backbone: 'x', signal },
  });
  const trained = seen.images.filter((image) => image.label >= 0 && image.split !== 'test');
  expect(trained.some(({ held }) => held)).toBe(true);
  const ids = (of: readonly { id: number; held: boolean }[], held: boolean): number[] =>
    of.filter((image) => image.held === held).map(({ id }) => id);
  const labelled = learned.filter(({ className }) => className !== '');
  expect(ids(labelled, true), name).toEqual(ids(trained, true));
  expect(ids(labelled, false), name).toEqual(ids(trained, false));
  const pool = poolFor(learned, null, 'a').map(({ id }) => id);
  expect([...pool].sort((x, y) => x - y)).toEqual(ids(trained, false));
});

test('images are picked class by class in turn, the same for the same seed', () => {
  const all = images(false);
  const picked = pickImages(all, 8, 3);
  expect(new Set(picked.slice(0, 5).map((image) => image.class)).size).toBe(5);
  expect(pickImages(all, 8, 3)).toEqual(picked);
  expect(pickImages(all, 8, 4)).not.toEqual(picked);
});
