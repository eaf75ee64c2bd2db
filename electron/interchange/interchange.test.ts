import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { scanFolder } from '../imaging/scan.ts';
import { folderLabels, inspectFolder, readLabelTable, readSplitList } from './index.ts';
import { firstField } from './split-list.ts';

function folderWith(files: Record<string, string | Buffer>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-interchange-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const data = join(process.env.ASSAY_SHARED ?? join(import.meta.dirname, '../../../shared'), 'data');

test('class = the folder that holds the image; splits at the top or inside the classes', () => {
  expect(folderLabels(['cat/1.jpg', 'dog/2.jpg'])('cat/1.jpg')).toEqual({ class: 'cat', split: null });
  const top = folderLabels(['train/cat/1.jpg', 'val/cat/2.jpg', 'test/3.jpg']);
  expect(top('val/cat/2.jpg')).toEqual({ class: 'cat', split: 'validation' });
  expect(top('test/3.jpg')).toEqual({ class: null, split: 'test' });
  expect(folderLabels(['cat/train/1.jpg', 'cat/test/2.jpg'])('cat/test/2.jpg')).toEqual({
    class: 'cat',
    split: 'test',
  });
});

test('a class called test among other classes is a class', () => {
  expect(folderLabels(['test/1.jpg', 'receipt/2.jpg'])('test/1.jpg')).toEqual({ class: 'test', split: null });
});

test('the contest form is understood: ids name files, numbers are named by meta.csv', async () => {
  const folder = folderWith({
    'train/a.jpg': '',
    'train/b.jpg': '',
    'train.csv': 'ID,target\na.jpg,0\nb.jpg,1\n',
    'meta.csv': 'target,class_name\n0,계좌번호\n1,진단서\n',
  });
  const table = await readLabelTable(folder, { path: join(folder, 'train.csv') }, ['train/a.jpg', 'train/b.jpg']);
  expect([table.labelOf('train/a.jpg'), table.labelOf('train/b.jpg'), table.labelOf('test/c.jpg')]).toEqual([
    '계좌번호',
    '진단서',
    null,
  ]);
});

test('delimiters, marks and code pages are found: semicolons, UTF-16, the Korean code page', async () => {
  const korean = Buffer.concat([
    Buffer.from('file;label\na.jpg;'),
    Buffer.from([0xbf, 0xb5, 0xbc, 0xf6, 0xc1, 0xf5]),
    Buffer.from('\nb.jpg;x\n'),
  ]);
  const utf16 = Buffer.from('\uFEFFfile\tlabel\na.jpg\t영수증\nb.jpg\tx\n', 'utf16le');
  for (const content of [korean, utf16]) {
    const folder = folderWith({ 'labels.csv': content });
    const table = await readLabelTable(folder, { path: join(folder, 'labels.csv') }, ['a.jpg', 'b.jpg']);
    expect(table.labelOf('a.jpg')).toBe('영수증');
  }
});

test('names match in NFC, by path, base name, and without extension', async () => {
  const folder = folderWith({ 'l.csv': 'id,label\n영수증,r\nx/b.png,q\n' });
  const table = await readLabelTable(folder, { path: join(folder, 'l.csv'), idColumn: 'id' }, [
    '가/영수증.jpg'.normalize('NFD'),
    'x/b.png',
  ]);
  expect(table.labelOf('가/영수증.jpg'.normalize('NFD'))).toBe('r');
  expect(table.labelOf('x/b.png')).toBe('q');
});

test('a table without a file column says which columns it has', async () => {
  const folder = folderWith({ 'l.csv': 'colour,size\nred,1\n' });
  await expect(readLabelTable(folder, { path: join(folder, 'l.csv') }, ['a.jpg'])).rejects.toMatchObject({
    code: 'import/csv-columns',
    message: expect.stringContaining('colour, size') as string,
  });
  await expect(
    readLabelTable(folder, { path: join(folder, 'l.csv'), labelColumn: 'klass', idColumn: 'colour' }, ['a.jpg']),
  ).rejects.toThrow('no column "klass"');
  await expect(readLabelTable(folder, { path: join(folder, 'gone.csv') }, ['a.jpg'])).rejects.toMatchObject({
    code: 'import/csv-unreadable',
  });
});

test('a split list takes the first column, whatever follows', async () => {
  expect(['paper70.jpg 2', '"a, b.jpg",x', 'my file.png', 'x/y.jpg\t3'].map(firstField)).toEqual([
    'paper70.jpg',
    'a, b.jpg',
    'my file.png',
    'x/y.jpg',
  ]);
  const folder = folderWith({ 'list.txt': 'paper70.jpg 2\nglass1.jpg 1' });
  const has = await readSplitList(join(folder, 'list.txt'), [
    'paper/paper70.jpg',
    'glass/glass1.jpg',
    'glass/glass2.jpg',
  ]);
  expect(['paper/paper70.jpg', 'glass/glass1.jpg', 'glass/glass2.jpg'].map(has)).toEqual([true, true, false]);
  await expect(readSplitList(join(folder, 'list.txt'), ['other.jpg'])).rejects.toMatchObject({
    code: 'import/csv-columns',
  });
});

test('looking at a folder suggests where the labels come from', async () => {
  const tree = folderWith({ 'cat/1.jpg': '', 'dog/2.jpg': '' });
  expect(await inspectFolder(tree)).toMatchObject({
    suggestion: 'folders',
    images: 2,
    classFolders: [
      { name: 'cat', images: 1 },
      { name: 'dog', images: 1 },
    ],
  });
  const contest = folderWith({
    'train/a.jpg': '',
    'train/b.jpg': '',
    'test/c.jpg': '',
    'train.csv': 'ID,target\na.jpg,0\nb.jpg,0\n',
    'meta.csv': 'target,class_name\n0,x\n',
  });
  const found = await inspectFolder(contest);
  expect(found).toMatchObject({ suggestion: 'tables', splitFolders: ['test', 'train'] });
  expect(found.tables[0]).toMatchObject({
    name: 'train.csv',
    idColumn: 'ID',
    labelColumn: 'target',
    classNames: join(contest, 'meta.csv'),
  });
  expect((await inspectFolder(folderWith({ 'a.jpg': '' }))).suggestion).toBe('none');
  await expect(inspectFolder(folderWith({ 'a.txt': '' }))).rejects.toMatchObject({ code: 'import/no-images' });
});

test('folders in front that the source does not have are passed over, and those that it has tell files apart', async () => {
  const folder = folderWith({
    'l.csv': 'path,label\n/data/set/cat/1.jpg,a\n/data/set/dog/1.jpg,b\n',
    'short.csv': 'path,label\ncat/1.jpg,a\n',
  });
  const long = await readLabelTable(folder, { path: join(folder, 'l.csv') }, ['cat/1.jpg', 'dog/1.jpg']);
  expect(['cat/1.jpg', 'dog/1.jpg'].map((f) => long.labelOf(f))).toEqual(['a', 'b']);
  const short = await readLabelTable(folder, { path: join(folder, 'short.csv') }, [
    'train/cat/1.jpg',
    'train/dog/1.jpg',
  ]);
  expect(['train/cat/1.jpg', 'train/dog/1.jpg'].map((f) => short.labelOf(f))).toEqual(['a', null]);
});

test('a label column is found by its repeating values where its name says nothing', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i}.jpg,${i * 7},k${i % 3}`).join('\n');
  const folder = folderWith({ 'l.csv': `a,b,c\n${rows}\n` });
  const table = await readLabelTable(
    folder,
    { path: join(folder, 'l.csv') },
    Array.from({ length: 40 }, (_, i) => `${i}.jpg`),
  );
  expect(table.labelOf('4.jpg')).toBe('k1');
});

test('of a long table the few rows that name files of the folder are found', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `${i}.jpg,k${i % 3}`).join('\n');
  const folder = folderWith({ 'l.csv': `id,label\n${rows}`, '0.jpg': '', '1.jpg': '' });
  const table = await readLabelTable(folder, { path: join(folder, 'l.csv') }, ['2999.jpg']);
  expect([table.rows, table.labelOf('2999.jpg')]).toEqual([3000, 'k2']);
});

test('a table that is no text, a folder, or empty is named', async () => {
  const folder = folderWith({ 'b.csv': Buffer.from([1, 0, 2, 0]), 'e.csv': '', 'd/x.txt': '' });
  for (const name of ['b.csv', 'e.csv', 'd'])
    await expect(readLabelTable(folder, { path: join(folder, name) }, ['a.jpg'])).rejects.toMatchObject({
      code: 'import/csv-unreadable',
      subject: join(folder, name),
    });
});

test.skipIf(!existsSync(join(data, 'trashnet')))(
  'the official lists of TrashNet fit its folders: 431 test images, 328 to validate, 1,768 to train (needs shared data)',
  async () => {
    const relatives: string[] = [];
    for await (const file of scanFolder(join(data, 'trashnet'))) relatives.push(file.relative);
    expect(relatives).toHaveLength(2527);
    for (const [name, count] of [
      ['test', 431],
      ['val', 328],
      ['train', 1768],
    ] as const) {
      const has = await readSplitList(join(data, 'trashnet', `one-indexed-files-notrash_${name}.txt`), relatives);
      expect(relatives.filter(has)).toHaveLength(count);
    }
    const found = await inspectFolder(join(data, 'trashnet'));
    expect(found).toMatchObject({ suggestion: 'folders', images: 2527, more: false, tables: [], splitFolders: [] });
    expect(found.classFolders).toHaveLength(6);
  },
);

test.skipIf(!existsSync(join(data, 'documents')))(
  'a table beside class folders is offered, and the folders are suggested (needs shared data)',
  async () => {
    const found = await inspectFolder(join(data, 'documents'));
    expect(found).toMatchObject({ suggestion: 'folders', images: 872 });
    expect(found.tables[0]).toMatchObject({ name: 'documents.csv', rows: 872, labelColumn: 'class', match: 1 });
  },
);
