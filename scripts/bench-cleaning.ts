/** npm run bench -- cleaning: every figure that the README and cleaning/LOG.md quote of the search for what is wrong. */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { conflictsFirst, copiesFound, falseFamilies } from './bench-cleaning/copies.ts';
import { demoSet, flatSet, folderSet } from './bench-cleaning/picture-set.ts';
import { noticed, planted } from './bench-cleaning/planted.ts';

export interface CleaningOptions {
  /** The shared test data. */
  shared: string;
  /** Whose features give the probabilities. */
  backbones: string[];
  /** Parts to measure; left out: all. */
  parts?: string[];
  /** Draws of planted noise to average over. */
  draws: number;
  say?: (line: string) => void;
}

/** Images of the demo set: fifty a class. */
const DEMO = 850;

const scripts = resolve(import.meta.dirname);

/** What a script prints as its one document, in a process of its own: memory and time are its own too. */
async function child(name: string, ...args: string[]): Promise<Record<string, unknown>> {
  const run = promisify(execFile);
  const { stdout } = await run(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(scripts, name), ...args],
    {
      maxBuffer: 1 << 26,
    },
  );
  return JSON.parse(stdout) as Record<string, unknown>;
}

interface Large extends Record<string, unknown> {
  images: number;
  megabytesMost: number;
}

const largeOf = (images: number): Promise<Large> => child('bench-cleaning/large.ts', `${images}`) as Promise<Large>;

/**
 * The largest, and how the peak of the memory grows from the smallest to it. All are beyond the size up to which sketches
 * stay in memory and every pair is glanced at (`MANY`): one way of working.
 */
function growing(searches: readonly Large[]) {
  const few = searches[0]!;
  const many = searches.at(-1)!;
  return {
    ...many,
    bytesAnImage: Math.round((1e6 * (many.megabytesMost - few.megabytesMost)) / (many.images - few.images)),
    growth: searches.map(({ images, megabytesBefore, megabytesMost }) => ({ images, megabytesBefore, megabytesMost })),
    quarter: few,
  };
}

export async function benchCleaning(options: CleaningOptions): Promise<Record<string, unknown>> {
  const { shared, backbones, draws, say = () => undefined } = options;
  const data = (name: string): string => join(shared, 'data', name);
  const parts: Record<string, () => Promise<unknown>> = {
    reference: () => child('check-label-errors.ts', data('label-errors'), '--json'),
    filters: async () => ({
      small: await child('bench-cleaning/filters.ts', '50000', '10'),
      large: await child('bench-cleaning/filters.ts', '1000000', '100'),
    }),
    judged: () => child('check-judged.ts', join(data('tobacco3482-judgements'), 'judgements.csv'), '--json'),
    noticed: async () =>
      noticed(await folderSet('documents', data('documents')), join(data('documents'), 'noticed.csv'), backbones),
    planted: async () =>
      planted(
        [
          await folderSet('documents', data('documents')),
          await demoSet(DEMO),
          await folderSet('trashnet', data('trashnet')),
        ],
        backbones,
        draws,
      ),
    conflicts: async () => conflictsFirst(await folderSet('trashnet', data('trashnet'))),
    copies: async () => copiesFound(await flatSet('near-duplicates', data('near-duplicates')), data('near-duplicates')),
    demo: async () => falseFamilies(await demoSet(DEMO)),
    large: async () => growing([await largeOf(25_000), await largeOf(50_000), await largeOf(100_000)]),
  };
  const result: Record<string, unknown> = { backbones };
  for (const [name, measure] of Object.entries(parts)) {
    if (options.parts && !options.parts.includes(name)) continue;
    const start = performance.now();
    result[name] = await measure();
    say(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  return result;
}
