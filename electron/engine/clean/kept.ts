/** What a search leaves beside its findings: the state of the classes, and a score for every label. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CleanHealth, cleanHealth } from '../../contract/index.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { jsonFile } from '../json-file.ts';

const folderOf = (context: EngineContext): string => join(projectOf(context).path, 'cleaning');

const NO_HEALTH: CleanHealth = {
  ...{ searchedAt: null, expectedErrors: null, jointErrors: null },
  ...{ classes: [], overlap: [], spurious: [], drift: [] },
};

const healthFile = (context: EngineContext) => jsonFile(join(folderOf(context), 'health.json'), cleanHealth, NO_HEALTH);

/** The classes as the last searches saw them; classes that are gone meanwhile are left out. */
export function readHealth(context: EngineContext): CleanHealth {
  const health = healthFile(context).read();
  const there = new Set(
    projectOf(context)
      .catalogue.classes.list()
      .map((c) => c.id),
  );
  return {
    ...health,
    classes: health.classes.filter((c) => there.has(c.class)),
    overlap: health.overlap.filter((o) => there.has(o.first) && there.has(o.second)),
    spurious: health.spurious.filter((s) => s.class === null || there.has(s.class)),
  };
}

/** Writes some of it and leaves the rest as an earlier search left it. */
export function writeHealth(context: EngineContext, part: Partial<CleanHealth>): void {
  const file = healthFile(context);
  file.write({ ...file.read(), ...part, searchedAt: context.clock() });
}

const scoresPath = (context: EngineContext): string => join(folderOf(context), 'scores.bin');

/** P(label is wrong) of each image, as little-endian image numbers (uint32) and then scores (float32). */
export async function writeScores(context: EngineContext, ids: readonly number[], scores: Float32Array): Promise<void> {
  await mkdir(folderOf(context), { recursive: true });
  const path = scoresPath(context);
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(
    temporary,
    Buffer.concat([Buffer.from(Uint32Array.from(ids).buffer), Buffer.from(scores.slice().buffer)]),
  );
  await rename(temporary, path);
}

/** Null before the first search for wrong labels. */
export async function readScores(context: EngineContext): Promise<Map<number, number> | null> {
  const path = scoresPath(context);
  if (!existsSync(path)) return null;
  const bytes = await readFile(path);
  const count = Math.floor(bytes.length / 8);
  const copy = new Uint8Array(bytes).buffer;
  const ids = new Uint32Array(copy, 0, count);
  const scores = new Float32Array(copy, 4 * count, count);
  return new Map(Array.from(ids, (id, i) => [id, scores[i] ?? 0]));
}
