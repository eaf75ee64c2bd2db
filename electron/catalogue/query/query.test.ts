import { afterEach, beforeEach, expect, test } from 'vitest';
import { FINDING_KINDS } from '../../contract/index.ts';
import { AUTHOR, aProject, anImage, type Project, withImages } from '../testing.ts';
import { sortScan } from './evaluate.ts';
import { type Expression, FIELDS } from './fields.ts';
import { equal, statements } from './scan.ts';
import { bytesOf, glob, timeRange } from './values.ts';
import { SORTS } from './compile.ts';

let project: Project;
let ids: number[];
beforeEach(async () => {
  project = await aProject();
  const { catalogue } = project;
  ids = withImages(catalogue, 8, '/scans');
  const a = catalogue.classes.create({ name: 'receipt' });
  const b = catalogue.classes.create({ name: '여권' });
  await catalogue.labels.apply(ids.slice(0, 5), { class: a.id }, { author: AUTHOR });
  const run = catalogue.runs.create({
    name: 'first',
    preset: 'head',
    backbones: [],
    size: 1,
    classes: [a, b],
    recipe: {},
  });
  await catalogue.predictions.add(run, 'test', ids, Float32Array.from(ids.flatMap((_, i) => [i / 10, 1 - i / 10])));
  catalogue.runs.update(run, { state: 'done' });
});
afterEach(() => project.close());

const select = async (query: string): Promise<number[]> => [...(await project.catalogue.views.select(query))];
const rows = (...which: number[]): (number | undefined)[] => which.map((i) => ids[i]);

/** One query for every field and form: the test below fails when a field is added without one. */
const EXAMPLES = [
  'class:receipt',
  'class:none',
  'class:any',
  'class:receipt,여권',
  'predicted:여권',
  'run:1',
  'wrong:1',
  'p>0.5',
  'p:0.5',
  'margin<0.1',
  'entropy>=0.2',
  'split:train',
  ...['unsure', 'excluded', 'missing', 'unreadable', 'ok', ...FINDING_KINDS].map((state) => `is:${state}`),
  'finding:label-error',
  'decided:yes',
  'finding:leak decided:no',
  'group:17',
  'source:scans',
  'label-by:person',
  'name:"*.jpg"',
  'path:2024/*',
  'format:png',
  'width>1000',
  'height<=20',
  'aspect<0.5',
  'bytes>2mb',
  'brightness<0.2',
  'blur>0.9',
  'added:>2026-11-01',
  'changed:<7d',
  'similar:#1',
  'receipt',
];

function scansOf(expression: Expression): string[] {
  switch (expression.type) {
    case 'scan':
      return statements(expression.scan);
    case 'and':
    case 'or':
      return expression.parts.flatMap(scansOf);
    case 'not':
      return [...scansOf(expression.part), ...statements(equal('split = ?', 'train'))];
    case 'all':
      return statements(equal('split = ?', 'train'));
    case 'ids':
      return [];
  }
}

function plan(sql: string): string {
  const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
  return project.catalogue.explain(sql, ...parameters).join('; ');
}

test('every field is asked in an example', () => {
  const asked = new Set(EXAMPLES.flatMap((text) => Array.from(text.matchAll(/([a-z-]+)[:<>]/g), (m) => m[1])));
  expect(Object.keys(FIELDS).filter((field) => !asked.has(field))).toEqual([]);
});

test('every filter reads one index that covers it, and no sort sorts', () => {
  const { views } = project.catalogue;
  const queries = [
    ...EXAMPLES.map((text) => scansOf(views.compile(text).expression)),
    ...SORTS.filter((by) => by !== 'similarity').map((by) => {
      const scan = sortScan(views.compile(`sort:${by}`));
      return scan ? statements(scan) : [];
    }),
    statements(sortScan(views.compile('finding:leak sort:score')) ?? equal('split = ?', 'train')),
  ];
  for (const sql of new Set(queries.flat()))
    expect(plan(sql), sql).toMatch(/^SEARCH \w+ USING (COVERING INDEX \w+|PRIMARY KEY) \(.*\)$/);
});

test('ranges, sizes, shapes, dates and ages', async () => {
  const { catalogue } = project;
  const source = catalogue.sources.ensure('/more').id;
  const [wide, tall, big] = catalogue.images.add(source, [
    anImage('wide.png', 50, { width: 2000, height: 500, format: 'png' }),
    anImage('2024/tall.png', 51, { width: 100, height: 300, format: 'png' }),
    anImage('2024/05/big.png', 52, { bytes: 3_000_000, format: 'png', brightness: 0.5 }),
  ]).ids;
  expect(await select('width>1000')).toEqual([wide]);
  expect(await select('width:100')).toEqual([tall]);
  expect(await select('aspect<0.5')).toEqual([tall]);
  expect(await select('bytes>2mb')).toEqual([big]);
  expect(await select('format:png -height<=300')).toEqual([wide, big]);
  expect(await select('path:2024/*')).toEqual([tall, big]);
  expect(await select('path:2024')).toEqual([tall, big]);
  expect(await select('source:more brightness:0.5 OR width:2000')).toEqual([wide, big]);
  expect(await select('added:>2026-11-01')).toHaveLength(11);
  expect(await select('added:2026-11-19')).toEqual([]);
  expect(await select('changed:<7d class:receipt')).toEqual(rows(0, 1, 2, 3, 4));
  expect(await select('changed:>1d')).toEqual([]);
});

test('p, margin and entropy are of the newest run or of the one that stands beside them', async () => {
  const { runs, predictions } = project.catalogue;
  const second = runs.create({
    name: 'second one',
    preset: 'head',
    backbones: [],
    size: 1,
    classes: runs.classes(1),
    recipe: {},
  });
  await predictions.add(second, 'test', ids, Float32Array.from(ids.flatMap(() => [1, 0])));
  expect(await select('p>0.95')).toEqual(rows(0));
  runs.update(second, { state: 'done' });
  expect(await select('p>0.95')).toEqual(ids);
  expect(await select('run:1 p>0.95')).toEqual(rows(0));
  expect(await select('(run:1 p>0.95) OR (run:"second one" predicted:여권)')).toEqual(rows(0));
  expect(await select('wrong:1')).toEqual(rows(0, 1, 2, 3, 4));
  expect(await select('wrong:newest')).toEqual([]);
  expect((await select('run:1 sort:entropy')).slice(0, 3)).toEqual(rows(0, 1, 2));
  expect((await select('run:1 sort:-margin')).at(-1)).toBe(ids[5]);
  expect(await select('run:1 class:any sort:-p')).toEqual(rows(0, 1, 2, 3, 4));
  await runs.remove(second);
  expect(await select('p>0.95')).toEqual(rows(0));
});

test('similar images come in the order of the resolver, and without features the place is told', async () => {
  const { views } = project.catalogue;
  const similar = (): Promise<number[]> => Promise.resolve([ids[3] ?? 0, ids[1] ?? 0, ids[6] ?? 0]);
  expect([...(await views.select('similar:#3', { similar }))]).toEqual(rows(3, 1, 6));
  expect([...(await views.select('similar:#3 class:receipt', { similar }))]).toEqual(rows(3, 1));
  expect([...(await views.select('similar:#3 sort:-similarity', { similar }))]).toEqual(rows(6, 1, 3));
  expect([...(await views.select('similar:#3 sort:added', { similar }))]).toEqual(rows(1, 3, 6));
  await expect(views.select('a similar:#3')).rejects.toMatchObject({ code: 'query/invalid', values: { position: 11 } });
});

test.each([
  ['class:passport', 7, 'no class'],
  ['colour:red', 1, 'no field'],
  ['class>a', 1, 'takes ":"'],
  ['p>high', 3, 'not a number'],
  ['is:odd', 4, 'none of'],
  ['run:9', 5, 'no run'],
  ['bytes>2parsecs', 7, 'not a size'],
  ['added:>yesterday', 8, 'not a day'],
  ['sort:colour', 1, 'sort is one of'],
  ['sort:similarity', 1, 'needs similar'],
  ['a sort:random:x', 3, 'whole number'],
  ['similar:cat', 9, 'number'],
])('%s is refused at position %i', async (text, position, reason) => {
  await expect(select(text)).rejects.toMatchObject({
    code: 'query/invalid',
    values: { position, reason: expect.stringContaining(reason) as string },
  });
});

test('chips show the parsed filter in its order, with the piece of text of each', async () => {
  const text = 'class:receipt -(is:unsure OR p>0.9) sort:-name';
  const { chips } = await project.catalogue.views.open(text);
  expect(chips.map((c) => [c.field, c.value, c.negated, c.joinedBy, text.slice(c.start, c.end)])).toEqual([
    ['class', 'receipt', false, 'and', 'class:receipt'],
    ['is', 'unsure', true, 'and', 'is:unsure'],
    ['p', '> 0.9', true, 'or', 'p>0.9'],
    ['sort', '-name', false, 'and', 'sort:-name'],
  ]);
});

test('completion offers fields, values with counts and classes, in the place of what is typed', () => {
  const { complete } = project.catalogue;
  expect(complete('cl', 2).items.map((i) => i.insert)).toContain('class:');
  expect(complete('is:unsure class:re', 18)).toMatchObject({
    start: 16,
    end: 18,
    items: [{ insert: 'receipt', label: 'receipt', count: 5 }],
  });
  expect(complete('-class:a,여', 10)).toMatchObject({ start: 9, items: [{ insert: '여권', count: 0 }] });
  expect(complete('split:', 6).items.map((i) => [i.insert, i.count])).toContainEqual(['none', 8]);
  expect(complete('rece', 4).items).toMatchObject([{ insert: 'class:receipt', count: 5 }]);
  expect(complete('source:', 7).items).toMatchObject([{ insert: 'scans', count: 8 }]);
});

test('a pattern of many stars costs no exponential time', () => {
  const match = glob(`${'a*'.repeat(30)}b`);
  expect(match?.('a'.repeat(5000))).toBe(false);
  expect(glob('*.JP?g')?.('사진.jpeg')).toBe(true);
  expect(glob('plain')).toBeNull();
});

test('units and ages mean what they say', () => {
  const word = (text: string) => ({ text, quoted: false, start: 0, end: text.length });
  expect(bytesOf(word('1.5mb'))).toBe(1_500_000);
  expect(bytesOf(word('2KiB'))).toBe(2048);
  const now = new Date(2026, 10, 10, 12).getTime();
  expect(timeRange('<', word('2d'), now)).toMatchObject({ low: new Date(2026, 10, 8, 12).getTime(), high: null });
  expect(timeRange('>', word('2d'), now)).toMatchObject({ low: null, high: new Date(2026, 10, 8, 12).getTime() });
  expect(timeRange('>', word('2026-11-01'), now)).toMatchObject({
    low: new Date(2026, 10, 2).getTime(),
    lowInclusive: true,
  });
  expect(timeRange(':', word('2026-11'), now)).toMatchObject({
    low: new Date(2026, 10, 1).getTime(),
    high: new Date(2026, 11, 1).getTime(),
  });
});
