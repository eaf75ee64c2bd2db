/** What a user can get wrong about a project, a run, a table: exit code 1, a code, a remedy, and nothing changed. */
import Database from 'better-sqlite3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { encodeModel, floats, graphBuilder } from '../../../electron/onnx/index.ts';
import { assay, type Ended, type RefusedDocument, startAssay } from '../../helpers/assay.ts';
import { drawPictures, writeText } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let place: Scratch;
let run: (...args: string[]) => Promise<Ended>;
const P = () => place.path('p.assay');

beforeAll(async () => {
  place = scratch();
  run = (...args) => assay([...args, '--json'], { home: place.path('home'), cwd: place.path() });
  await drawPictures(place.path('src'), { classes: ['blue', 'green'], each: 4 });
  expect((await run('import', 'src', '--project', P())).code).toBe(0);
});
afterAll(() => place.remove());

/** The refusal of a command that must fail. */
async function refused(...args: string[]): Promise<RefusedDocument['error']> {
  const end = await run(...args);
  expect(end.code, end.stdout + end.stderr).toBe(1);
  const { error } = end.json<RefusedDocument>();
  expect(error.message).not.toMatch(/\{\w+\}/);
  expect(error.remedy.length).toBeGreaterThan(0);
  return error;
}

describe('a project', () => {
  test('that is not there is project/not-found', async () => {
    expect((await refused('query', 'class:x', '--project', place.path('none.assay'))).code).toBe('project/not-found');
  });

  test('in a folder that holds other things is project/exists, and they are left alone', async () => {
    await writeText(place.path('mine', 'letter.txt'), 'dear');
    expect((await refused('import', 'src', '--project', place.path('mine'))).code).toBe('project/exists');
    expect(await readFile(place.path('mine', 'letter.txt'), 'utf8')).toBe('dear');
  });

  test('of a newer program is project/newer and is not touched', async () => {
    const folder = place.path('newer.assay');
    expect((await run('import', 'src', '--project', folder)).code).toBe(0);
    const db = new Database(join(folder, 'catalogue.db'));
    db.pragma('user_version = 999');
    db.close();
    const before = await readFile(join(folder, 'catalogue.db'));
    const error = await refused('query', '', '--project', folder);
    expect(error.code).toBe('project/newer');
    expect(error.message).toContain('999');
    expect((await refused('import', 'src', '--project', folder)).code).toBe('project/newer');
    expect((await readFile(join(folder, 'catalogue.db'))).equals(before)).toBe(true);
  });

  test('whose catalogue is no database is project/damaged', async () => {
    mkdirSync(place.path('broken.assay'));
    writeFileSync(place.path('broken.assay', 'catalogue.db'), 'this is not a database at all, whatever it is called');
    expect((await refused('query', '', '--project', place.path('broken.assay'))).code).toBe('project/damaged');
  });

  test('that another process has open is project/in-use with its pid, and free again when that one ends', async () => {
    const serve = startAssay(['serve', '--project', P()], { home: place.path('home'), cwd: place.path() });
    try {
      await serve.said('http://127.0.0.1');
      const error = await refused('label', '--project', P(), '--filter', 'class:blue', '--class', 'green');
      expect(error.code).toBe('project/in-use');
      expect(error.message).toContain(String(serve.child.pid));
    } finally {
      await serve.killed();
    }
    expect((await run('query', '', '--project', P())).json()).toMatchObject({ total: 8 });
  });
});

test('images of the test split are never excluded: a part is told, all of them is label/test-kept', async () => {
  const label = (...args: string[]) => run('label', ...args, '--project', P());
  const total = async (query: string) =>
    ((await run('query', query, '--project', P())).json() as { total: number }).total;
  await label('--filter', 'class:green', '--split', 'test');
  const [green, blue] = [await total('class:green'), await total('class:blue')];
  const error = await refused('label', '--filter', 'class:green', '--exclude', '--project', P());
  expect(error.code).toBe('label/test-kept');
  expect(error.message).toContain(String(green));
  const part = await label('--filter', 'class:green,blue', '--exclude');
  expect(part.json()).toMatchObject({ changed: blue, spared: green });
  expect(await total('is:excluded')).toBe(blue);
  await label('--filter', 'class:green', '--split', 'none', '--exclude');
  expect(await total('is:excluded')).toBe(blue + green);
  await run('undo', '--project', P());
  await run('undo', '--project', P());
  await run('undo', '--project', P());
  expect(await total('is:excluded')).toBe(0);
});

test('images of the test split never lose their label: a part is told, all of them is label/test-kept', async () => {
  const label = (...args: string[]) => run('label', ...args, '--project', P());
  const total = async (query: string) =>
    ((await run('query', query, '--project', P())).json() as { total: number }).total;
  await label('--filter', 'class:green', '--split', 'test');
  const [green, blue] = [await total('class:green'), await total('class:blue')];
  const error = await refused('label', '--filter', 'class:green', '--class', 'none', '--project', P());
  expect(error.code).toBe('label/test-kept');
  expect(error.message).toContain(String(green));
  const part = await label('--filter', 'class:green,blue', '--class', 'none');
  expect(part.json()).toMatchObject({ changed: blue, spared: green });
  expect(await total('class:green')).toBe(green);
  await run('undo', '--project', P());
  await run('undo', '--project', P());
  expect(await total('class:blue')).toBe(blue);
});

test('labelling without saying which images is wrong usage, not all of them', async () => {
  const end = await run('label', '--project', P(), '--filter', '', '--class', 'green');
  expect(end.code).toBe(2);
  expect((await run('query', 'class:green', '--project', P())).json()).toMatchObject({ total: 4 });
});

describe('names that a project does not have', () => {
  test.for<[string, string[], string]>([
    ['a backbone', ['train', '--backbone', 'classic,nothing'], 'model/unknown'],
    ['a run, to evaluate', ['evaluate', '--run', '77'], 'run/unknown'],
    ['a run, to classify with', ['classify', 'src', '--run', '77', '--out', 'o.csv'], 'run/unknown'],
    ['a class, to label with', ['label', '--filter', 'class:blue', '--class', 'purple'], 'label/class-unknown'],
    ['a field of the query', ['query', 'colour:blue'], 'query/invalid'],
    ['an unfinished query', ['query', '(class:blue'], 'query/invalid'],
    ['a model file', ['models', 'add', 'none.onnx', '--name', 'x'], 'model/not-onnx'],
  ])('%s', async ([, args, code]) => {
    expect((await refused(...args, '--project', P())).code).toBe(code);
  });

  test('undo and redo with nothing to take back', async () => {
    const folder = place.path('still.assay');
    await run('import', 'src', '--labels', 'none', '--project', folder);
    expect((await refused('redo', '--project', folder)).code).toBe('label/nothing-to-redo');
  });

  test('training with one class only', async () => {
    const folder = place.path('single.assay');
    await drawPictures(place.path('one class'), { classes: ['only'], each: 3 });
    await run('import', 'one class', '--project', folder);
    expect((await refused('train', '--backbone', 'classic', '--project', folder)).code).toBe('train/too-few-classes');
  });

  test('a split without images', async () => {
    await run('train', '--backbone', 'classic', '--project', P());
    expect((await refused('evaluate', '--split', 'validation', '--project', P())).code).toBe('evaluate/empty-split');
  });
});

describe('a source', () => {
  test('that is not there is import/no-source, and no project is left behind by it', async () => {
    expect((await refused('import', 'no such folder', '--project', place.path('a.assay'))).code).toBe(
      'import/no-source',
    );
  });

  test('without an image is import/no-images', async () => {
    await writeText(place.path('texts', 'a.txt'), 'text');
    expect((await refused('import', 'texts', '--project', place.path('b.assay'))).code).toBe('import/no-images');
  });

  test('that was moved away after the import: its images are missing, and labels come back with it', async () => {
    const folder = place.path('moved.assay');
    await drawPictures(place.path('here'), { classes: ['blue', 'green'], each: 3 });
    await run('import', 'here', '--project', folder);
    await rename(place.path('here'), place.path('there'));
    expect((await refused('import', 'here', '--project', folder)).code).toBe('import/no-source');
    // The rest of the project still works.
    expect((await run('query', 'class:blue', '--project', folder)).json()).toMatchObject({ total: 3 });
    expect((await run('import', 'there', '--project', folder)).code).toBe(0);
    expect(
      (await run('query', 'class:blue is:ok', '--project', folder)).json<{ total: number }>().total,
    ).toBeGreaterThanOrEqual(3);
  });
});

describe('a table of labels', () => {
  test('with other columns is import/csv-columns and names them', async () => {
    await writeText(place.path('wrong.csv'), 'weight,height\n1,2\n3,4\n');
    const error = await refused('import', 'src', '--labels', 'wrong.csv', '--project', place.path('c.assay'));
    expect(error.code).toBe('import/csv-columns');
    expect(error.remedy).toContain('--id-column');
  });

  test('that is not text is import/csv-unreadable', async () => {
    writeFileSync(place.path('noise.csv'), Buffer.from([0xff, 0xd8, 0, 1, 2, 0, 255, 254, 0, 0, 7]));
    const error = await refused('import', 'src', '--labels', 'noise.csv', '--project', place.path('d.assay'));
    expect(['import/csv-unreadable', 'import/csv-columns']).toContain(error.code);
  });

  test('that is not there is import/csv-unreadable', async () => {
    const error = await refused('import', 'src', '--labels', 'nowhere.csv', '--project', place.path('e.assay'));
    expect(error.code).toBe('import/csv-unreadable');
  });
});

describe('a network', () => {
  const add = (file: string) =>
    refused('models', 'add', file, '--name', 'n', '--mean', '0,0,0', '--std', '1,1,1', '--project', P());

  test('that is no ONNX file is model/not-onnx', async () => {
    await writeText(place.path('words.onnx'), 'I am not a network, I am a sentence.');
    expect((await add('words.onnx')).code).toBe('model/not-onnx');
    await writeText(place.path('empty.onnx'), '');
    expect((await add('empty.onnx')).code).toBe('model/not-onnx');
  });

  test('that takes no picture is model/no-image-input', async () => {
    const b = graphBuilder({ name: 'text' });
    b.output(b.relu(b.input('tokens', ['N', 77])), 'out', ['N', 77]);
    writeFileSync(place.path('text.onnx'), encodeModel(b.model()));
    const error = await add('text.onnx');
    expect(error.code).toBe('model/no-image-input');
    expect(error.message).toContain('tokens');
  });

  test('whose colours are nowhere described is model/preprocessing and asks for them', async () => {
    const b = graphBuilder({ name: 'plain' });
    const x = b.input('image', ['N', 3, 64, 64]);
    const w = b.constant(
      floats(
        Array.from({ length: 8 * 3 * 9 }, (_, i) => ((i % 7) - 3) / 10),
        [8, 3, 3, 3],
      ),
    );
    b.output(b.relu(b.conv(x, w, undefined, { strides: [2, 2], pads: [1, 1, 1, 1] })), 'out', ['N', 8, 32, 32]);
    writeFileSync(place.path('plain.onnx'), encodeModel(b.model()));
    const error = await refused('models', 'add', 'plain.onnx', '--name', 'n', '--project', P());
    expect(error.code).toBe('model/preprocessing');
    expect(error.remedy).toContain('--mean');
  });

  test('of an operator set that is too old is onnx/unsupported', async () => {
    const b = graphBuilder({ name: 'old', opset: 6 });
    b.output(b.relu(b.input('image', ['N', 3, 64, 64])), 'out', ['N', 3, 64, 64]);
    writeFileSync(place.path('old.onnx'), encodeModel(b.model()));
    expect((await add('old.onnx')).code).toBe('onnx/unsupported');
  });

  test('whose weights lie in a file that is missing is model/external-data', async () => {
    const b = graphBuilder({ name: 'apart' });
    const x = b.input('image', ['N', 3, 64, 64]);
    b.output(b.conv(x, { name: 'w' }, undefined, { strides: [2, 2], pads: [1, 1, 1, 1] }), 'out', ['N', 8, 32, 32]);
    const model = b.model();
    writeFileSync(place.path('apart.onnx'), encodeModel({ ...model, graph: { ...model.graph, extra: weightsApart } }));
    expect((await add('apart.onnx')).code).toBe('model/external-data');
  });
});

const field = (number: number, bytes: readonly number[]): number[] => [number * 8 + 2, bytes.length, ...bytes];

/** A graph's initializer "w" [8, 3, 3, 3] float32 as protobuf: data_location EXTERNAL, its place weights.bin. */
const weightsApart = Uint8Array.from(
  field(5, [
    ...[8, 8, 8, 3, 8, 3, 8, 3, 16, 1],
    ...field(8, [...Buffer.from('w')]),
    ...field(13, [...field(1, [...Buffer.from('location')]), ...field(2, [...Buffer.from('weights.bin')])]),
    ...[112, 1],
  ]),
);

describe('output of classify', () => {
  test('that cannot be written is told before any work', async () => {
    await run('train', '--backbone', 'classic', '--project', P());
    await rm(place.path('blocked'), { force: true, recursive: true });
    writeFileSync(place.path('blocked'), 'a file, not a folder');
    const end = await run('classify', 'src', '--project', P(), '--out', 'blocked/table.csv');
    expect(end.code).toBe(1);
    expect(end.json<RefusedDocument>().error.code).toBe('classify/output');
    expect(end.stderr).not.toContain('classify ·');
    mkdirSync(place.path('folder.csv'));
    expect((await refused('classify', 'src', '--project', P(), '--out', 'folder.csv')).code).toBe('classify/output');
  });
});
