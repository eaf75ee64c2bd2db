import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { classMetrics, confusionOf } from '../evaluation/index.ts';
import {
  classHealth,
  driftOf,
  filterBasis,
  type Grey,
  measureQuality,
  namePrefix,
  outlierFindings,
  overlapFindings,
  qualityFindings,
  type QualityRow,
  spuriousFindings,
} from './index.ts';
import { boxMean } from './duplicates/grey.ts';
import { nearest, synthetic } from './synthetic.ts';

const [width, height] = [160, 200];

/** Lines of short strokes on white. */
function page(seed: number): Grey {
  const r = random(seed, 'page');
  const data = new Uint8Array(width * height).fill(245);
  for (let y = 20; y < height - 20; y += 12)
    for (let x = 15; x < width - 15; x += 3 + r.int(4)) for (let j = 0; j < 6; j++) data[(y + j) * width + x] = 30;
  return { data, width, height };
}

/** Soft shapes in grey, brightness and structure as wanted. */
function photo(seed: number, light = 1): Grey {
  const r = random(seed, 'photo');
  const data = new Uint8Array(width * height).fill(light * 110);
  for (let shape = 0; shape < 25; shape++) {
    const [left, top, size, tone] = [r.int(width), r.int(height), 12 + r.int(50), light * (40 + r.int(200))];
    for (let y = top; y < Math.min(height, top + size); y++)
      data.fill(tone, y * width + left, y * width + Math.min(width, left + size));
  }
  for (let i = 0; i < data.length; i++) data[i]! += r.int(4);
  return { data, width, height };
}

const blurred = (grey: Grey, radius: number): Grey => ({
  ...grey,
  data: Uint8Array.from(boxMean({ ...grey, data: Float32Array.from(grey.data) }, radius).data),
});
const row = (grey: Grey, more: Partial<QualityRow> = {}): QualityRow => ({
  ...measureQuality(grey),
  width: 800,
  height: 1000,
  ...more,
});

test('a page is known as a page, a photograph is not, and blur lowers sharpness whatever the contrast', () => {
  expect(measureQuality(page(1)).page).toBe(true);
  expect(measureQuality(photo(1)).page).toBe(false);
  for (const picture of [page(2), photo(2), { ...photo(3), data: photo(3).data.map((v) => 60 + v / 3) }]) {
    const { sharpness } = measureQuality(picture);
    expect(sharpness).toBeGreaterThan(0.7);
    expect(measureQuality(blurred(picture, 2)).sharpness).toBeLessThan(0.6 * sharpness);
  }
  expect(measureQuality({ data: new Uint8Array(width * height).fill(128), width, height }).sharpness).toBeNaN();
});

test('among pages: no page is called bright or poor in information; the blurred and the empty one are found', () => {
  const rows = Array.from({ length: 60 }, (_, i) => row(page(i)));
  rows.push(row(blurred(page(100), 2)), row({ data: new Uint8Array(width * height).fill(250), width, height }));
  const found = qualityFindings(rows, new Int32Array(rows.length));
  expect(found.map((f) => [f.row, f.kind]).sort()).toEqual([
    [60, 'blurred'],
    [61, 'empty'],
  ]);
});

test('among photographs: dark, turned, tiny and damaged ones are found in their own class, the others are left alone', () => {
  const rows = Array.from({ length: 80 }, (_, i) => row(photo(i, i < 40 ? 1 : 0.35)));
  const labels = Int32Array.from(rows, (_, i) => (i < 40 ? 0 : 1));
  // The second class is dark by nature: only in the first is darkness odd.
  rows[7] = row(photo(7, 0.15));
  rows[50] = { ...rows[50]!, width: 1000, height: 800 };
  rows[51] = { ...rows[51]!, width: 40, height: 50 };
  rows[52] = { ...rows[52]!, damaged: true };
  const found = qualityFindings(rows, labels).filter((f) => f.likely);
  const of = (kind: string): number[] => found.filter((f) => f.kind === kind).map((f) => f.row);
  expect(of('dark')).toEqual([7]);
  expect(of('odd-aspect')).toEqual([50]);
  expect(of('odd-size')).toEqual([51]);
  expect(of('damaged')).toEqual([52]);
  expect(found.length).toBeLessThanOrEqual(6);
});

test('an outlier is far from all; two copies of an odd picture do not excuse each other', () => {
  const set = synthetic({
    rows: 200,
    classes: 4,
    dimensions: 12,
    separation: 2,
    noise: { kind: 'symmetric', rate: 0 },
    seed: 3,
  });
  const r = random('far');
  const odd = Float32Array.from({ length: 12 }, () => 6 * r.normal());
  set.features.set(odd, 10 * 12);
  set.features.set(odd, 11 * 12);
  // In the same direction as nothing else: opposite to the mean of the others.
  const mean = new Float32Array(12);
  for (let i = 20; i < 200; i++) for (let d = 0; d < 12; d++) mean[d]! += set.features[i * 12 + d]!;
  for (const at of [10, 11]) for (let d = 0; d < 12; d++) set.features[at * 12 + d] = -mean[d]!;
  const groups = new Int32Array(200).fill(-1);
  groups[10] = groups[11] = 0;
  const neighbours = nearest(set, 10);
  const found = outlierFindings(neighbours, groups, Int32Array.from([10]));
  const rows = found.map((f) => f.row);
  expect(rows.slice(0, 2).sort()).toEqual([10, 11]);
  expect(found.find((f) => f.row === 10)!.unlikeAnyClass).toBe(true);
  expect(found.find((f) => f.row === 11)!.unlikeAnyClass).toBe(false);
});

test('overlap names the confused pair first with both directions; health counts what leaves and what is missing', () => {
  const K = 3;
  const labels = Int32Array.from({ length: 300 }, (_, i) => Math.floor(i / 100));
  const probabilities = new Float32Array(300 * K);
  labels.forEach((label, i) => {
    const seen = label === 1 && i % 5 === 0 ? 2 : label;
    for (let k = 0; k < K; k++) probabilities[i * K + k] = k === seen ? 0.9 : 0.05;
  });
  const basis = filterBasis({ probabilities, labels, classes: K });
  const [first] = overlapFindings(basis.calibrated, basis.labelCounts);
  expect(first).toMatchObject({ first: 1, second: 2, count: 20, firstToSecond: 20, secondToFirst: 0, score: 0.2 });
  const predicted = labels.map((label, i) => (label === 1 && i % 5 === 0 ? 2 : label));
  const health = classHealth(
    basis.calibrated,
    basis.labelCounts,
    basis.joint.thresholds,
    classMetrics(confusionOf(labels, predicted, K)),
  );
  expect(health[1]).toMatchObject({
    images: 100,
    labelQuality: 0.8,
    doubtful: 20,
    missing: 0,
    recall: 0.8,
    rare: false,
  });
  expect(health[2]).toMatchObject({ labelQuality: 1, doubtful: 0, missing: 20 });
});

test('a class that its file type or brightness gives away is named; an innocent property is not', () => {
  const r = random('cheap');
  const labels = Int32Array.from({ length: 300 }, () => r.int(3));
  const type = Array.from(labels, (label) => (label === 2 ? 'png' : 'jpeg'));
  const brightness = Float64Array.from(labels, (label) => label * 0.3 + 0.02 * r.normal());
  const size = Float64Array.from(labels, () => r.next());
  const unique = Array.from(labels, (_, i) => `file-${i}`);
  const found = spuriousFindings(
    [
      { name: 'type', values: type },
      { name: 'brightness', values: brightness },
      { name: 'size', values: size },
      { name: 'name', values: unique },
    ],
    labels,
    3,
  );
  expect(found.filter((f) => f.property === 'type').map((f) => f.class)).toEqual([2]);
  expect(found.filter((f) => f.property === 'brightness').map((f) => f.class)).toEqual(
    expect.arrayContaining([null, 0, 1, 2]),
  );
  expect(found.some((f) => f.property === 'size' || f.property === 'name')).toBe(false);
});

test('drift tells a shifted property from one that is alike; a name begins with its letters', () => {
  const r = random('drift');
  const values = Float64Array.from({ length: 400 }, () => r.normal());
  const shifted = values.map((v, i) => (i < 200 ? v : v + 1));
  const [a, b] = [Array.from({ length: 200 }, (_, i) => i), Array.from({ length: 200 }, (_, i) => 200 + i)];
  const drift = driftOf(
    [
      { name: 'alike', values },
      { name: 'shifted', values: shifted },
    ],
    a,
    b,
  );
  expect(drift[0]).toMatchObject({ property: 'shifted' });
  expect(drift[0]!.p).toBeLessThan(0.001);
  expect(drift[1]!.p).toBeGreaterThan(0.01);
  expect(namePrefix('IMG_0012.jpg')).toBe('img');
  expect(namePrefix('영수증-3.png'.normalize('NFD'))).toBe('영수증');
  expect(namePrefix('0012.jpg')).toBe('');
});
