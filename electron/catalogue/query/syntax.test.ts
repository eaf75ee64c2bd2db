import { expect, test } from 'vitest';
import { type AssayError } from '../../contract/index.ts';
import { type Node, parse } from './syntax.ts';

/** A tree as a text with all its parentheses. */
function show(node: Node | null, allQuoted = false): string {
  if (node === null) return '';
  if (node.type === 'not') return `-${show(node.part, allQuoted)}`;
  if (node.type !== 'term')
    return `(${node.parts.map((part) => show(part, allQuoted)).join(node.type === 'and' ? ' ' : ' OR ')})`;
  const values = node.values.map((v) => (v.quoted || allQuoted ? `"${v.text.replace(/["\\]/g, '\\$&')}"` : v.text));
  return `${node.field}${node.field === '' ? '' : node.operator}${values.join(',')}`;
}
const shown = (text: string): string => show(parse(text).root);

test('AND binds tighter than OR, minus tighter than both', () => {
  expect(shown('a b OR c d')).toBe('((a b) OR (c d))');
  expect(shown('a (b OR c) d')).toBe('(a (b OR c) d)');
  expect(shown('-a b')).toBe('(-a b)');
  expect(shown('-(a OR -b)')).toBe('-(a OR -b)');
  expect(shown('a AND b')).toBe('(a b)');
});

test('fields take lists, quotes, comparisons and dates', () => {
  expect(shown('class:a,b')).toBe('class:a,b');
  expect(shown('CLASS:"여권 사본",none')).toBe('class:"여권 사본",none');
  expect(shown('p>0.9 p<=0.1 added:>2026-11-01 width=5')).toBe('(p>0.9 p<=0.1 added>2026-11-01 width:5)');
  expect(shown('name:"a \\"b\\".jpg"')).toBe('name:"a \\"b\\".jpg"');
  expect(shown('scan(1).jpg (name:img(2).jpg)')).toBe('(scan(1).jpg name:img(2).jpg)');
  expect(shown('영수증')).toBe('영수증');
});

test('sort stands at the top and is no part of the tree', () => {
  expect(parse('class:a sort:-p')).toMatchObject({ sort: { by: 'p', reverse: true, argument: null } });
  expect(parse('sort:random:7')).toMatchObject({ root: null, sort: { by: 'random', argument: '7' } });
});

test.each([
  ['class:', 7],
  ['(a', 1],
  ['a)', 2],
  ['a OR', 5],
  ['OR a', 1],
  ['name:"a', 6],
  ['- a', 1],
  ['a ()', 3],
  ['(sort:p)', 2],
  ['sort:p sort:name', 8],
  ['a -sort:p', 4],
  ['class:a,,b', 9],
])('%s is refused at position %i', (text, position) => {
  let thrown: unknown;
  try {
    parse(text);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'query/invalid' });
  expect((thrown as AssayError).values.position).toBe(position);
});

/** A small generator of texts: the same every time. */
function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => (state = (state * 48271) % 2147483647) % n;
}

test('any text is parsed or refused with a place inside it, and what is shown of a tree parses to the same tree', () => {
  const random = generator(11);
  const pieces = [
    ' ',
    '(',
    ')',
    '-',
    'OR',
    'AND',
    'class:',
    'p>',
    '0.9',
    ',',
    '"',
    '\\',
    '한글',
    'sort:',
    'a',
    '*',
    ':',
    '<=',
    'name',
    '　',
  ];
  let parsed = 0;
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 1 + random(12) }, () => pieces[random(pieces.length)]).join('');
    let tree: string;
    try {
      tree = show(parse(text).root, true);
      parsed++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'query/invalid' });
      const { position } = (error as AssayError).values;
      expect(position).toBeGreaterThanOrEqual(1);
      expect(position).toBeLessThanOrEqual(text.length + 1);
      continue;
    }
    expect(show(parse(tree).root, true), text).toBe(tree);
  }
  expect(parsed).toBeGreaterThan(2000);
});

test('deep nesting is refused, not a crash', () => {
  expect(() => parse('('.repeat(50_000))).toThrow(/too many parentheses/);
  expect(() => parse('-'.repeat(50_000) + 'a')).toThrow(/too many/);
});
