import { expect, test } from 'vitest';
import { type Policy, random } from '../contract/index.ts';
import { applyPolicy, augmentCatalogue, checkPolicy, drawPolicy, PRESETS, type Raster } from './index.ts';
import { OPS } from './ops/index.ts';

const KEY = { seed: 7, epoch: 2, hash: '0123456789abcdef0123456789abcdef' };

/** A picture with detail everywhere and nothing white. */
function picture(width = 48, height = 48): Raster {
  const draw = random(1, 'picture');
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++)
        data[(y * width + x) * 3 + c] = 60 + 50 * Math.sin(x / 5 + c) + 40 * Math.cos(y / 7) + draw.int(30);
  return { data, width, height };
}

const always = (op: string, ranges: Policy['ops'][number]['ranges'] = {}): Policy =>
  checkPolicy({ name: 'test', ops: [{ op, p: 1, ranges }] });

const pixel = ({ data, width }: Raster, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

test('every op draws the same bytes for the same key, and others for another epoch', async () => {
  const image = picture();
  const before = image.data.slice();
  for (const name of OPS.keys()) {
    const policy = always(name);
    const first = await applyPolicy(image, policy, KEY);
    const again = await applyPolicy(image, policy, KEY);
    expect(again.data, name).toEqual(first.data);
    expect(first.data.length, name).toBe(before.length);
    expect(first.parameters.map((p) => p.op)).toEqual([name]);
    if (Object.keys(OPS.get(name)?.parameters ?? {}).length > 0) {
      const later = await applyPolicy(image, policy, { ...KEY, epoch: 3 });
      expect(later.parameters, name).not.toEqual(first.parameters);
    }
  }
  expect(image.data).toEqual(before);
});

test('a policy without ops returns the very bytes', async () => {
  const image = picture();
  expect((await applyPolicy(image, { name: 'none', ops: [] }, KEY)).data).toBe(image.data);
});

test('flips and quarter turns move whole pixels', async () => {
  const image = picture(33, 47);
  const content = { left: 0, top: 0, width: 33, height: 47 };
  const mirrored = await applyPolicy(image, always('flip-horizontal'), KEY, { content });
  expect(pixel(mirrored, 0, 5)).toEqual(pixel(image, 32, 5));
  const over = await applyPolicy(image, always('flip-vertical'), KEY, { content });
  expect(pixel(over, 4, 0)).toEqual(pixel(image, 4, 46));
  const square = picture(40, 40);
  const turned = await applyPolicy(square, always('quarter-turn', { turns: [1, 1] }), KEY);
  // Clockwise: the top left corner goes to the top right.
  expect(pixel(turned, 39, 0)).toEqual(pixel(square, 0, 0));
  expect(pixel(turned, 39, 39)).toEqual(pixel(square, 39, 0));
});

test('four quarter turns, two flips and opposite shifts compose to nothing at all', async () => {
  const image = picture();
  const one = { op: 'quarter-turn', p: 1, ranges: { turns: [1, 1] as [number, number] } };
  const flip = { op: 'flip-horizontal', p: 1, ranges: {} };
  const shift = (x: number) => ({ op: 'shift', p: 1, ranges: { x: [x, x], y: [0, 0] } }) as Policy['ops'][number];
  const policy = checkPolicy({ name: 't', ops: [shift(20), one, one, flip, one, one, flip, shift(-20)] });
  expect((await applyPolicy(image, policy, KEY)).data).toEqual(image.data);
});

test('a turned picture keeps its corners and lies on white', async () => {
  const image = { data: new Uint8Array(64 * 64 * 3), width: 64, height: 64 };
  const turned = await applyPolicy(image, always('rotate', { angle: [45, 45] }), KEY);
  expect(pixel(turned, 0, 0)).toEqual([255, 255, 255]);
  expect(pixel(turned, 32, 32)).toEqual([0, 0, 0]);
  // A square turned by 45 degrees on a grown canvas covers half of it.
  const dark = turned.data.filter((level) => level < 128).length / turned.data.length;
  expect(dark).toBeCloseTo(0.5, 1);
  expect(pixel(turned, 32, 1)[0]).toBeLessThan(255);
});

test('the padding of a letterboxed picture stays white under noise, inversion and contrast', async () => {
  const image = { data: new Uint8Array(60 * 60 * 3).fill(255), width: 60, height: 60 };
  for (let y = 15; y < 45; y++) image.data.fill(90, y * 180, (y + 1) * 180);
  const content = { left: 0, top: 15, width: 60, height: 30 };
  for (const op of ['invert', 'gaussian-noise', 'brightness-contrast', 'clahe', 'iso-noise', 'jpeg']) {
    const result = await applyPolicy(image, always(op), KEY, { content });
    expect(pixel(result, 30, 5), op).toEqual([255, 255, 255]);
  }
  expect(pixel(await applyPolicy(image, always('invert'), KEY, { content }), 30, 30)).toEqual([165, 165, 165]);
});

test('a shift moves the picture by its share of the side', async () => {
  const image = picture(50, 50);
  const moved = await applyPolicy(image, always('shift', { x: [20, 20], y: [-10, -10] }), KEY);
  expect(pixel(moved, 20, 10)).toEqual(pixel(image, 10, 15));
  expect(pixel(moved, 5, 10)).toEqual([255, 255, 255]);
});

test('parameters lie in their ranges, whole ones on whole numbers with both ends', () => {
  const policy = checkPolicy({
    name: 't',
    ops: [
      { op: 'quarter-turn', p: 1, ranges: { turns: [1, 3] } },
      { op: 'rotate', p: 1, ranges: { angle: [-5, 20] } },
    ],
  });
  const turns = new Set<number>();
  for (let epoch = 0; epoch < 200; epoch++) {
    const [turn, rotate] = drawPolicy(policy, { ...KEY, epoch });
    turns.add(turn?.values.turns ?? -1);
    expect(rotate?.values.angle).toBeGreaterThanOrEqual(-5);
    expect(rotate?.values.angle).toBeLessThan(20);
  }
  expect([...turns].sort()).toEqual([1, 2, 3]);
});

test('probabilities hold, and of a choice at most one op is applied', () => {
  const policy = checkPolicy({
    name: 't',
    ops: [
      { op: 'grey', p: 0.3, ranges: {} },
      { op: 'rotate', p: 0.25, ranges: {}, choice: 'g' },
      { op: 'quarter-turn', p: 0.25, ranges: {}, choice: 'g' },
    ],
  });
  const counts: Record<string, number> = {};
  const epochs = 4000;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const names = drawPolicy(policy, { ...KEY, epoch }).map(({ op }) => op.name);
    expect(names.includes('rotate') && names.includes('quarter-turn')).toBe(false);
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  }
  expect((counts.grey ?? 0) / epochs).toBeCloseTo(0.3, 1);
  expect((counts.rotate ?? 0) / epochs).toBeCloseTo(0.25, 1);
  expect((counts['quarter-turn'] ?? 0) / epochs).toBeCloseTo(0.25, 1);
});

test('adding an op does not change what the others draw', () => {
  const rotate = { op: 'rotate', p: 0.5, ranges: {} };
  const alone = drawPolicy(checkPolicy({ name: 'a', ops: [rotate] }), KEY);
  const among = drawPolicy(checkPolicy({ name: 'b', ops: [{ op: 'grey', p: 1, ranges: {} }, rotate] }), KEY);
  expect(among.find(({ op }) => op.name === 'rotate')?.values).toEqual(alone[0]?.values);
});

test('noise has the deviation that was asked for and no bias', async () => {
  const image = { data: new Uint8Array(96 * 96 * 3).fill(128), width: 96, height: 96 };
  const { data } = await applyPolicy(image, always('gaussian-noise', { deviation: [5, 5] }), KEY);
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length);
  expect(Math.abs(mean - 128)).toBeLessThan(0.2);
  expect(Math.abs(deviation - 5)).toBeLessThan(0.2);
});

test('ops that only soften or regrade keep the mean of a flat picture', async () => {
  const image = { data: new Uint8Array(40 * 40 * 3).fill(90), width: 40, height: 40 };
  for (const op of ['downscale', 'motion-blur', 'sharpen', 'jpeg', 'grey']) {
    const { data } = await applyPolicy(image, always(op), KEY);
    expect(
      data.every((level) => Math.abs(level - 90) <= 1),
      op,
    ).toBe(true);
  }
});

test('another image of the pool shines through', async () => {
  const image = { data: new Uint8Array(30 * 30 * 3).fill(100), width: 30, height: 30 };
  const page = { data: new Uint8Array(30 * 30 * 3).fill(200), width: 30, height: 30 };
  const levels = new Set<number>();
  for (let epoch = 0; epoch < 30; epoch++) {
    const policy = always('overlay', { alpha: [0.1, 0.1] });
    const { data } = await applyPolicy(image, policy, { ...KEY, epoch }, { pool: () => Promise.resolve(page) });
    levels.add(data[(15 * 30 + 15) * 3] ?? 0);
  }
  // Itself: 100 + 0.1 × 100; the other: 100 + 0.1 × 200.
  expect([...levels].sort()).toEqual([110, 120]);
});

test('presets are valid, and their ranges are the catalogue’s', () => {
  for (const preset of PRESETS) expect(checkPolicy(preset).name).toBe(preset.name);
  const { ops, presets } = augmentCatalogue();
  expect(presets.map((preset) => preset.name)).toEqual(['none', 'light', 'photos', 'document']);
  for (const { op, parameters } of ops)
    for (const p of parameters)
      expect(p.minimum <= p.default[0] && p.default[1] <= p.maximum, `${op}.${p.name}`).toBe(true);
});

test.each([
  [{ op: 'rotato', p: 1, ranges: {} }, 'ops[0].op'],
  [{ op: 'rotate', p: 1.5, ranges: {} }, 'ops[0].p'],
  [{ op: 'rotate', p: 1, ranges: { angel: [0, 1] as [number, number] } }, 'ops[0].ranges.angel'],
  [{ op: 'rotate', p: 1, ranges: { angle: [0, 900] as [number, number] } }, 'ops[0].ranges.angle'],
  [{ op: 'rotate', p: 1, ranges: { angle: [9, 3] as [number, number] } }, 'ops[0].ranges.angle'],
])('a policy that cannot be is refused, with its field: %j', (entry, subject) => {
  expect(() => checkPolicy({ name: 't', ops: [entry] })).toThrow(
    expect.objectContaining({ code: 'train/recipe-invalid', subject }),
  );
});

test('a choice of more than one is refused', () => {
  const entry = { op: 'rotate', p: 0.7, ranges: {}, choice: 'g' };
  expect(() => checkPolicy({ name: 't', ops: [entry, { ...entry, op: 'grey' }] })).toThrow(/more than 1 together/);
});
