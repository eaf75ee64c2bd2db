/** The portable file of every built-in network against `classify`, on real pictures as files: many formats, large ones above all. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type TaskContext } from '../../compute/index.ts';
import { random } from '../../contract/index.ts';
import { embedTask, prepareTask } from '../../embeddings/index.ts';
import { type ClassifyBatch, classifyTask, exportTask } from '../index.ts';
import { portableRunTask, portableTask } from './tasks.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const data = resolve(import.meta.dirname, '../../../../shared/data');
const missing = !existsSync(join(data, 'documents', 'letter'));
const CLASSES = Array.from({ length: 7 }, (_, k) => `class ${k}`);

let folder: string;
let paths: string[] = [];
beforeAll(async () => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), 'assay formats '));
  const some = (dir: string, count: number): string[] =>
    readdirSync(join(data, dir), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(jpe?g|png|webp|tiff?|gif)$/i.test(name))
      .sort()
      .filter((_, i, all) => i % Math.ceil(all.length / count) === 0)
      .map((name) => join(data, dir, name));
  paths = [...some('documents', 12), ...some('trashnet', 8), ...some('odd-images', 24)];
  for (const [i, path] of some('trashnet', 3).entries()) {
    const large = sharp(path).resize(3024, 2268, { fit: 'fill' });
    for (const kind of ['jpeg', 'webp'] as const) {
      paths.push(join(folder, `${i}.${kind}`));
      await large.clone().toFormat(kind).toFile(paths.at(-1)!);
    }
  }
});
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});

const context = <Batch>(emit: (batch: Batch) => void = () => undefined): TaskContext<Batch> => ({
  signal: new AbortController().signal,
  progress: () => undefined,
  log: () => undefined,
  emit: (batch) => Promise.resolve(emit(batch)),
});

test.skipIf(missing).each(['classic', 'photo', 'page', 'compact'])(
  '%s: one answer for every picture (needs shared data)',
  async (name) => {
    const { path: backbone } = await prepareTask({ name, cache: join(folder, 'cache') });
    const shape = { tap: 'depths', size: null, fit: 'letterbox' } as const;
    const images = [{ path: paths[0]!, hash: '0'.repeat(32) }];
    const { length } = await embedTask({ backbone, ...shape, folder: join(folder, 'features'), images }, context());
    // Weights of no meaning: the classes lie close together, which is where a level could tip the answer.
    const draw = random(1, 'formats', name);
    const weights = Float32Array.from(
      { length: length * CLASSES.length },
      () => (2 * draw.next() - 1) / Math.sqrt(length),
    );
    const head = { weights, bias: new Float32Array(CLASSES.length), temperature: 1 };
    const model = join(folder, `${name}.onnx`);
    await exportTask({ backbones: [backbone], ...shape, head, classes: CLASSES, provenance: {}, out: model });
    const out = join(folder, `${name}-portable.onnx`);
    await portableTask({ model, run: name, out, guide: `${out}.md`, calibrated: true });
    const k = CLASSES.length;
    const own = new Float32Array(paths.length * k);
    await classifyTask(
      { model, paths, views: 'none' },
      context(({ first, probabilities }: ClassifyBatch) => own.set(probabilities, first * k)),
    );
    const { probabilities } = await portableRunTask({ model: out, paths, classes: k }, context());
    const best = (all: Float32Array): number[] =>
      paths.map((_, i) => {
        const row = all.subarray(i * k, (i + 1) * k);
        return row.indexOf(Math.max(...row));
      });
    expect(best(probabilities)).toEqual(best(own));
    own.forEach((p, i) => expect(Math.abs(p - probabilities[i]!)).toBeLessThan(0.01));
  },
);
