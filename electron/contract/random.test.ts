import { expect, test } from 'vitest';
import { random } from './random.ts';

test('equal seed and keys give equal streams, any other key another one', () => {
  const draw = (...keys: (string | number)[]): string => {
    const r = random(7, ...keys);
    return [r.uint32(), r.uint32(), r.uint32()].join();
  };
  expect(draw('augment', 3, 'abc')).toBe(draw('augment', 3, 'abc'));
  const others = [draw('augment', 3, 'abd'), draw('augment', 4, 'abc'), draw('augment', '3', 'abc'), draw('a', 'b')];
  expect(new Set([...others, draw('augment', 3, 'abc'), draw('ab'), draw('a', 'b', '')]).size).toBe(7);
});

test('the first draws over neighbouring keys are uniform and independent', () => {
  const n = 20_000;
  let sum = 0;
  let product = 0;
  const bins = new Array<number>(16).fill(0);
  let last = 0.5;
  for (let i = 0; i < n; i++) {
    const u = random(1, 'image', i).next();
    sum += u;
    product += (u - 0.5) * (last - 0.5);
    bins[Math.floor(u * 16)]!++;
    last = u;
  }
  expect(Math.abs(sum / n - 0.5)).toBeLessThan(0.01);
  expect(Math.abs((product / n) * 12)).toBeLessThan(0.03);
  const expected = n / 16;
  const chi2 = bins.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
  expect(chi2).toBeLessThan(37.7); // 99.9 % of chi-squared, 15 degrees of freedom
});

test('normal draws have mean 0 and variance 1; int covers its range; shuffle keeps the elements', () => {
  const r = random('s');
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < 20_000; i++) {
    const z = r.normal();
    sum += z;
    squares += z * z;
  }
  expect(Math.abs(sum / 20_000)).toBeLessThan(0.03);
  expect(Math.abs(squares / 20_000 - 1)).toBeLessThan(0.05);
  expect(new Set(Array.from({ length: 200 }, () => r.int(5)))).toEqual(new Set([0, 1, 2, 3, 4]));
  const shuffled = r.shuffle(Array.from({ length: 50 }, (_, i) => i));
  expect([...shuffled].sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(shuffled).not.toEqual([...shuffled].sort((x, y) => x - y));
});
