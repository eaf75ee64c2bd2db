/** Copies in real sets: what is found, what is joined wrongly, what comes first. By the task of the search itself. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { surveyTask, type SurveyResult } from '../../electron/engine/tasks/survey.ts';
import { openThumbnailCache } from '../../electron/imaging/cache.ts';
import { ingest, mapOrdered } from '../../electron/imaging/index.ts';
import { nameOf, type PictureSet, quiet } from './picture-set.ts';

interface Surveyed extends SurveyResult {
  seconds: number;
}

/** With thumbnails that are there already, as an import leaves them; they are not part of the time. */
async function survey(set: PictureSet): Promise<Surveyed> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  try {
    const thumbnails = join(folder, 'cache.db');
    const cache = openThumbnailCache(thumbnails);
    for await (const { image, thumbnail } of mapOrdered(set.paths, (path) => ingest(path)))
      if (thumbnail && image.hash) cache.put([{ hash: image.hash, bytes: thumbnail }]);
    cache.close();
    const start = performance.now();
    const result = await surveyTask(
      {
        images: set.paths.map((path, row) => ({
          ...{ path, hash: set.hashes[row]!, name: basename(path), folder: '', format: '' },
          ...{ bytes: 0, width: 0, height: 0 },
        })),
        thumbnails,
        ...{ labels: set.labels, classes: set.classes, splits: new Uint8Array(set.paths.length), refused: [] },
        wanted: { duplicates: true, quality: false, spurious: false },
      },
      quiet(),
    );
    return { ...result, seconds: (performance.now() - start) / 1000 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const work = ({ proposed, dismissed, verified, unseen, seconds }: Surveyed) => ({
  ...{ proposed, dismissed, verified, unseen, seconds },
});

/** The first conflicts, and whether all that are the same file come before all others. */
export async function conflictsFirst(set: PictureSet) {
  const found = await survey(set);
  const first = found.conflicts.map(({ family }) => ({
    images: family.members.map((row) => nameOf(set, row)),
    sameBytes: new Set(family.members.map((row) => set.hashes[row])).size === 1,
    likeness: family.weakest,
  }));
  const same = first.filter((conflict) => conflict.sameBytes).length;
  return {
    ...{ images: set.paths.length, families: found.families.length, conflicts: first.length, sameBytes: same },
    sameBytesFirst: first.slice(0, same).every((conflict) => conflict.sameBytes),
    first: first.slice(0, 6),
    ...work(found),
  };
}

async function table(path: string): Promise<Record<string, string>[]> {
  return parse(await readFile(path), { columns: true, bom: true }) as Record<string, string>[];
}

/** Against truth.csv: altered copies found, and different pictures in one family; second shots apart. */
export async function copiesFound(set: PictureSet, folder: string) {
  const found = await survey(set);
  const family = new Map<string, number>();
  found.families.forEach(({ members }, i) => {
    for (const row of members) family.set(nameOf(set, row), i);
  });
  const together = (a = '', b = ''): boolean => family.has(a) && family.get(a) === family.get(b);
  const truth = await table(join(folder, 'truth.csv'));
  const copies = truth.filter((row) => row.same === '1' && row.file !== row.original);
  const missed = copies.filter((row) => !together(row.file, row.original));
  // A family may hold copies of one original only; second shots of one scene are a matter of judgement.
  const original = new Map(truth.filter((row) => row.same === '1').map((row) => [row.file ?? '', row.original ?? '']));
  const judged = new Set((await table(join(folder, 'judgement.csv'))).map((row) => `${row.file} ${row.original}`));
  const wrong: string[] = [];
  const secondShots: string[] = [];
  for (const { members } of found.families) {
    const originals = [...new Set(members.map((row) => original.get(nameOf(set, row)) ?? nameOf(set, row)))];
    for (const [i, a] of originals.entries())
      for (const b of originals.slice(i + 1))
        (judged.has(`${a} ${b}`) || judged.has(`${b} ${a}`) ? secondShots : wrong).push(`${a} ${b}`);
  }
  return {
    ...{ copies: copies.length, found: copies.length - missed.length, share: 1 - missed.length / copies.length },
    missed: missed.map((row) => row.file),
    ...{ wrongJoins: wrong, secondShotsJoined: secondShots },
    ...work(found),
  };
}

/** In a drawn set no two pictures are copies: every family is a false one. */
export async function falseFamilies(set: PictureSet) {
  const found = await survey(set);
  return {
    images: set.paths.length,
    falseFamilies: found.families.map(({ members }) => members.map((row) => nameOf(set, row))),
    ...work(found),
  };
}
