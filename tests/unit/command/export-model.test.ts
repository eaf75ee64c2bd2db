/** assay export-model: the file by itself, in a process that knows nothing of Assay, says what "assay classify" says. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay, type AssayOptions, type Ended, type RefusedDocument, startAssay } from '../../helpers/assay.ts';
import { drawPictures, picture } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const root = resolve(import.meta.dirname, '../../..');
const SHAPES = [
  [64, 64],
  [200, 90],
  [91, 333],
  [640, 480],
  [1, 40],
] as const;

let place: Scratch;
let options: AssayOptions;
const run = (...args: string[]): Promise<Ended> => assay([...args, '--project', 'p.assay', '--json'], options);

beforeAll(async () => {
  place = scratch();
  options = { home: place.path('home'), cwd: place.path() };
  await drawPictures(place.path('그림'), { classes: ['blue', 'green', 'red'], each: 10 });
  await drawPictures(place.path('새 것'), { classes: ['blue', 'green', 'red'], each: 2 });
  for (const [i, [width, height]] of SHAPES.entries())
    await sharp(await picture(i, 900 + i, 64))
      .resize(width, height, { fit: 'fill' })
      .png()
      .toFile(place.path('새 것', `odd-${i}.png`));
  // Larger than the network wants by far: formats whose decoders could make them smaller themselves.
  const large = sharp(await picture(1, 950, 64)).resize(2400, 1700, { fit: 'fill' });
  const save = (name: string, image: Sharp) => image.toFile(place.path('새 것', name));
  await save('large.jpg', large.clone().jpeg({ quality: 75 }));
  await save('large-grey.jpg', large.clone().greyscale().jpeg());
  await save('large-on-its-side.jpg', large.clone().jpeg().withMetadata({ orientation: 6 }));
  await save('large.webp', large.clone().webp());
  expect((await run('import', '그림')).code).toBe(0);
  expect((await run('train', '--backbone', 'classic')).code).toBe(0);
  const network = ['train', '--backbone', 'compact', '--preset', 'full', '--size', '32', '--epochs', '2', '--fit'];
  expect((await run(...network, 'stretch')).code).toBe(0);
});
afterAll(() => place.remove());

/** The page's JavaScript, in a process of its own: top-1 of every file, and its probability. */
async function elsewhere(model: string, files: string[]): Promise<{ class: string; p: number }[]> {
  const guide = await readFile(place.path(model.replace('.onnx', '.README.md')), 'utf8');
  const [, code] = /```js\n([\s\S]*?)```/.exec(guide)!;
  const found: { class: string; p: number }[] = [];
  for (const file of files) {
    const script = code!
      .replaceAll("'picture.jpg'", JSON.stringify(place.path(file)))
      .replace(JSON.stringify(model), JSON.stringify(place.path(model)));
    // Beside the packages, so that the imports of the page are found.
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const [name, p] = stdout.trim().split(' ');
    found.push({ class: name!, p: Number(p) });
  }
  return found;
}

test.each([
  ['1', 'head.onnx'],
  ['2', 'network.onnx'],
])('run %s: its file answers every picture as "assay classify" does', async (of, out) => {
  const written = await run('export-model', of, '--out', out);
  expect(written.json()).toMatchObject({ run: Number(of), checked: 30, agree: 30, classes: ['blue', 'green', 'red'] });
  expect(written.json<{ largestDifference: number }>().largestDifference).toBeLessThan(0.001);
  expect((await run('classify', '새 것', '--run', of, '--out', `${of}.csv`)).json()).toMatchObject({ images: 15 });
  const rows = (await readFile(place.path(`${of}.csv`), 'utf8')).trimEnd().split('\n').slice(1);
  const said = rows.map((row) => row.split(','));
  const found = await elsewhere(
    out,
    said.map(([path]) => join('새 것', path!)),
  );
  expect(found.map((one) => one.class)).toEqual(said.map((cells) => cells[1]));
  said.forEach((cells, i) => expect(Math.abs(Number(cells[2]) - found[i]!.p)).toBeLessThan(0.001));
});

test('what has no result, or no place to go, is refused before any work', async () => {
  const refused = async (...args: string[]): Promise<RefusedDocument['error']> =>
    (await run('export-model', ...args)).json<RefusedDocument>().error;
  expect(await refused('9', '--out', 'x.onnx')).toMatchObject({ code: 'run/unknown' });
  expect(await refused('--out', 'x.onnx')).toMatchObject({ code: 'usage/invalid' });
  await writeFile(place.path('file'), '');
  expect(await refused('1', '--out', 'file/x.onnx')).toMatchObject({ code: 'classify/output' });
  const training = ['train', '--backbone', 'compact', '--preset', 'full', '--size', '32', '--epochs', '50'];
  const killed = startAssay([...training, '--project', 'p.assay', '--json'], options);
  await killed.said('epoch 1/50');
  expect((await killed.killed()).code).toBeNull();
  expect(await refused('3', '--out', 'x.onnx')).toMatchObject({ code: 'run/unfinished' });
  expect(existsSync(place.path('x.onnx'))).toBe(false);
});
