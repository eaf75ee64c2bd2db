/**
 * What a run says of the degraded twin of a split, kept in its folder: probabilities by image, no labels. Figures are
 * made with today's labels, as for the clean ones.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type EngineContext } from '../context.ts';
import { runFolder, type EvaluatedSplit } from '../runs.ts';

const header = z.object({
  version: z.literal(1),
  twin: z.string(),
  seed: z.number(),
  classes: z.number().int().positive(),
  images: z.array(z.number()),
});

export interface StoredTwin {
  twin: string;
  seed: number;
  images: number[];
  /** [images, classes] */
  probabilities: Float32Array;
}

const fileOf = (context: EngineContext, run: number, split: EvaluatedSplit): string =>
  join(runFolder(context, run), 'robust', split);

/** Null where it was not measured, or the files do not fit each other. */
export async function storedTwin(
  context: EngineContext,
  run: number,
  split: EvaluatedSplit,
): Promise<StoredTwin | null> {
  const file = fileOf(context, run, split);
  const [text, bytes] = await Promise.all(
    [`${file}.json`, `${file}.f32`].map((path) => readFile(path).catch(() => null)),
  );
  if (!text || !bytes) return null;
  let json: unknown;
  try {
    json = JSON.parse(text.toString('utf8'));
  } catch {
    return null;
  }
  const read = header.safeParse(json);
  if (!read.success || bytes.length !== read.data.images.length * read.data.classes * 4) return null;
  const { twin, seed, images } = read.data;
  return { twin, seed, images, probabilities: new Float32Array(new Uint8Array(bytes).buffer) };
}

/** The header comes last: without it nothing is there. */
export async function storeTwin(
  context: EngineContext,
  { run, split }: { run: number; split: EvaluatedSplit },
  { twin, seed, images, probabilities }: StoredTwin,
): Promise<void> {
  const file = fileOf(context, run, split);
  await mkdir(join(file, '..'), { recursive: true });
  const classes = images.length > 0 ? probabilities.length / images.length : 1;
  const head = { version: 1, twin, seed, classes, images } satisfies z.input<typeof header>;
  for (const [name, content] of [
    ['f32', new Uint8Array(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength)],
    ['json', JSON.stringify(head)],
  ] as const) {
    const temporary = `${file}.${name}.${process.pid}.tmp`;
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, `${file}.${name}`);
  }
}
