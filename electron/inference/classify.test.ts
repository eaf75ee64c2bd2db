import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSession, type TaskContext } from '../compute/index.ts';
import { embedTask, prepareTask } from '../embeddings/index.ts';
import { encodePng, loadPixels } from '../imaging/index.ts';
import { random } from '../contract/index.ts';
import { headTask, type HeadResult, ORIGIN } from '../training/index.ts';
import { combine, type Combiner } from '../evaluation/index.ts';
import { decodeModel, encodeModel } from '../onnx/index.ts';
import { type ClassifyBatch, classifyTask, exportTask, modelInfo, stackModelTask } from './index.ts';

const CLASSES = ['lying', 'standing'];
const PER_CLASS = 12;

let folder: string;
let images: { path: string; hash: string; label: number }[];
let head: HeadResult;
const model = () => join(folder, 'run', 'model.onnx');

const context = <Batch>(emit: (batch: Batch) => void = () => undefined): TaskContext<Batch> => ({
  signal: new AbortController().signal,
  progress: () => undefined,
  log: () => undefined,
  emit: (batch) => Promise.resolve(emit(batch)),
});

/** Stripes of a class's direction, with width, tone and noise of their own. */
async function drawStripes(path: string, label: number, seed: number): Promise<void> {
  const draw = random(seed, 'stripes', label);
  const [width, height, period, tone] = [100 + draw.int(60), 100 + draw.int(60), 6 + draw.int(10), 90 + draw.int(120)];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) data[at++] = ((label === 0 ? y : x) % period < period / 2 ? tone : 30) + draw.int(30);
  writeFileSync(path, await encodePng({ data, width, height }));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-classify-'));
  images = [];
  for (let i = 0; i < 2 * PER_CLASS; i++) {
    const path = join(folder, `사진 ${i}.png`);
    await drawStripes(path, i % 2, i);
    images.push({ path, hash: i.toString(16).padStart(32, '0'), label: i % 2 });
  }
  const { path: backbone } = await prepareTask({ name: 'classic', cache: join(folder, 'cache') });
  const request = { tap: 'depths', size: null, fit: 'letterbox' } as const;
  const features = await embedTask({ backbone, ...request, folder: join(folder, 'features'), images }, context());
  head = await headTask(
    {
      features: [features],
      hashes: images.map((image) => image.hash),
      labels: Int32Array.from(images, ({ label }, i) => (i < 20 ? label : -1)),
      held: new Uint8Array(images.length),
      classes: CLASSES,
      seed: 1,
    },
    context(),
  );
  await exportTask({ backbones: [backbone], ...request, head, classes: CLASSES, provenance: { run: 7 }, out: model() });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function classify(paths: string[], views: 'none' | 'quarter-turns' = 'none') {
  const batches: ClassifyBatch[] = [];
  const result = await classifyTask(
    { model: model(), paths, views },
    context((batch: ClassifyBatch) => batches.push(batch)),
  );
  return { ...result, batches, rows: batches.flatMap(({ probabilities }) => [...probabilities]) };
}

test('the exported model gives the probabilities that training stored for images it did not learn from', async () => {
  const { rows } = await classify(images.map((image) => image.path));
  for (let i = 20; i < images.length; i++) {
    expect(head.origin[i]).toBe(ORIGIN.model);
    expect(rows[2 * i]).toBeCloseTo(head.probabilities[2 * i]!, 5);
    expect(rows[2 * i + images[i]!.label]).toBeGreaterThan(0.5);
  }
});

test('the file says by itself how it is run', async () => {
  const bytes = readFileSync(model());
  const info = modelInfo(bytes);
  expect(info).toMatchObject({
    classes: CLASSES,
    fit: 'letterbox',
    inputs: [{ name: 'image', size: 128 }],
    provenance: { run: 7 },
  });
  // What its metadata asks of another program: RGB, 0 to 255, channels first.
  const pixels = await loadPixels(images[21]!.path, { width: 128, height: 128, fit: 'letterbox' });
  const data = new Float32Array(pixels.data.length);
  pixels.data.forEach((value, i) => (data[(i % 3) * 128 * 128 + Math.floor(i / 3)] = value));
  const session = await createSession(bytes);
  const { probabilities } = await session.run({ image: { type: 'float32', dims: [1, 3, 128, 128], data } });
  await session.release();
  expect((probabilities!.data as Float32Array)[1]).toBeCloseTo((await classify([images[21]!.path])).rows[1]!, 6);
});

test("an image's digits do not depend on its neighbours nor on its place", async () => {
  const paths = images.map((image) => image.path);
  const all = await classify(paths);
  const one = await classify([paths[5]!]);
  const late = await classify(paths.slice(3));
  expect(one.rows).toEqual(all.rows.slice(10, 12));
  expect(late.rows).toEqual(all.rows.slice(6));
});

test('files that cannot be read are told in their place, and the others are classified', async () => {
  const broken = join(folder, 'broken.jpg');
  writeFileSync(broken, 'no picture');
  const {
    batches,
    failed,
    images: count,
  } = await classify([images[0]!.path, broken, join(folder, 'gone.png'), images[1]!.path]);
  const troubles = batches.flatMap((batch) => batch.troubles);
  expect(troubles.map((trouble) => trouble?.code)).toEqual([undefined, 'image/unreadable', 'image/missing', undefined]);
  expect([failed, count]).toEqual([2, 4]);
  const alone = await classify([images[1]!.path]);
  expect(batches.flatMap(({ probabilities }) => [...probabilities]).slice(6)).toEqual(alone.rows);
});

test('with quarter turns, a picture and its turned copy get one answer', async () => {
  const upright = join(folder, 'upright.png');
  const turned = join(folder, 'turned.png');
  const side = 128;
  const data = new Uint8Array(side * side * 3).map((_, i) =>
    Math.floor(i / (3 * side)) % 9 < 4 ? 200 : (i * 31) % 90,
  );
  const other = new Uint8Array(data.length);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let c = 0; c < 3; c++) other[(x * side + side - 1 - y) * 3 + c] = data[(y * side + x) * 3 + c]!;
  writeFileSync(upright, await encodePng({ data, width: side, height: side }));
  writeFileSync(turned, await encodePng({ data: other, width: side, height: side }));
  const { rows } = await classify([upright, turned], 'quarter-turns');
  expect(rows[2]).toBeCloseTo(rows[0]!, 6);
  const plain = await classify([upright, turned]);
  expect(Math.abs(plain.rows[2]! - plain.rows[0]!)).toBeGreaterThan(0.05);
});

test('a file that is no classifier is refused with a reason', async () => {
  const { path } = await prepareTask({ name: 'classic', cache: join(folder, 'cache') });
  await expect(classifyTask({ model: path, paths: [], views: 'none' }, context())).rejects.toMatchObject({
    code: 'model/preprocessing',
  });
});

test('a stack is one file that says what its rule says of the answers of its members', async () => {
  const other = join(folder, 'turned.onnx');
  // The same network with its classes in the other order: columns are matched by name.
  const bytes = classifierFile(['standing', 'lying']);
  writeFileSync(other, bytes);
  const paths = images.slice(0, 6).map(({ path }) => path);
  const own = Float32Array.from((await classify(paths)).rows);
  const turned = own.map((_, i) => own[i ^ 1]!);
  const draw = random(5, 'stack-rule');
  const weights = Float32Array.from({ length: 16 }, () => draw.between(-1, 1));
  const rules: Combiner[] = [
    { method: 'mean', weights: [0.3, 0.7] },
    { method: 'geometric', weights: [0.8, 0.2] },
    { method: 'logistic', form: 'both', weights, bias: Float32Array.from([0.1, -0.2]) },
  ];
  for (const rule of rules) {
    const out = join(folder, 'stack.onnx');
    await stackModelTask({ models: [model(), other], classes: CLASSES, rule, provenance: {}, out });
    expect(modelInfo(readFileSync(out)).classes).toEqual(CLASSES);
    const batches: ClassifyBatch[] = [];
    await classifyTask(
      { model: out, paths, views: 'none' },
      context((batch: ClassifyBatch) => batches.push(batch)),
    );
    const said = batches.flatMap(({ probabilities }) => [...probabilities]);
    // The other file's columns by name: what it calls standing is the first one's lying.
    const wanted = combine([own, turned], 2, rule);
    said.forEach((p, i) => expect(p).toBeCloseTo(wanted[i]!, 4));
  }
  const squeezed = join(folder, 'squeezed.onnx');
  writeFileSync(squeezed, classifierFile(CLASSES, 'stretch'));
  const mixed = stackModelTask({
    ...{ models: [model(), squeezed], classes: CLASSES, rule: rules[0]!, provenance: {} },
    out: join(folder, 'never.onnx'),
  });
  await expect(mixed).rejects.toMatchObject({ code: 'onnx/unsupported' });
});

/** The trained classifier with other metadata. */
function classifierFile(classes: string[], fit = 'letterbox'): Uint8Array {
  const file = decodeModel(readFileSync(model()));
  file.metadata.set('assay.classes', JSON.stringify(classes));
  const preprocessing = JSON.parse(file.metadata.get('assay.preprocessing')!) as object;
  file.metadata.set('assay.preprocessing', JSON.stringify({ ...preprocessing, fit }));
  return encodeModel(file);
}
