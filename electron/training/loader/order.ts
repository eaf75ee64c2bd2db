/** Which images make the batches of an epoch, and how they are mixed: functions of (seed, epoch) alone. */
import { random } from '../../contract/index.ts';

export interface OrderOptions {
  /** Images to learn from. */
  rows: readonly number[];
  /** Class of each of them. */
  labels: ArrayLike<number>;
  sampler: 'shuffled' | 'balanced';
  batch: number;
  seed: number;
}

/**
 * Batches of whole size: statistics of a batch must not see filling. What is left over comes first in no epoch in
 * particular, as the order is drawn anew. `balanced` draws with replacement with weight sqrt(mean count / count).
 */
export function batchesOf(options: OrderOptions, epoch: number): number[][] {
  const { rows, batch, seed } = options;
  const size = Math.min(batch, rows.length);
  const order =
    options.sampler === 'balanced' ? balanced(options, epoch) : random(seed, 'order', epoch).shuffle([...rows]);
  const batches: number[][] = [];
  for (let from = 0; from + size <= order.length; from += size) batches.push(order.slice(from, from + size));
  return batches;
}

function balanced({ rows, labels, seed }: OrderOptions, epoch: number): number[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < rows.length; i++) counts.set(labels[i]!, (counts.get(labels[i]!) ?? 0) + 1);
  const mean = rows.length / counts.size;
  const sums: number[] = [];
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sums.push((sum += Math.sqrt(mean / counts.get(labels[i]!)!)));
  const stream = random(seed, 'order', epoch);
  return rows.map(() => {
    const at = stream.next() * sum;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return rows[low]!;
  });
}

export interface Mixing {
  kind: 'mixup' | 'cutmix';
  /** Share of the own picture. */
  own: number;
  /** Partner of each place in the batch. */
  partner: number[];
  /** Rectangle of the partner for cutmix, as shares of the side. */
  box: { left: number; top: number; right: number; bottom: number };
}

/**
 * How a batch is mixed, or null. Mixup: Zhang and others 2018; cutmix: Yun and others 2019; lambda ~ Beta(alpha, alpha).
 */
export function mixingOf(
  alphas: { mixup: number; cutmix: number },
  batch: number,
  seed: number,
  step: number,
): Mixing | null {
  const { mixup, cutmix } = alphas;
  if (mixup <= 0 && cutmix <= 0) return null;
  const stream = random(seed, 'mix', step);
  const kind = mixup > 0 && (cutmix <= 0 || stream.next() < 0.5) ? 'mixup' : 'cutmix';
  const lambda = beta(stream, kind === 'mixup' ? mixup : cutmix);
  const partner = stream.shuffle(Array.from({ length: batch }, (_, i) => i));
  const side = Math.sqrt(1 - lambda);
  const [x, y] = [stream.next(), stream.next()];
  const box = {
    left: Math.max(0, x - side / 2),
    right: Math.min(1, x + side / 2),
    top: Math.max(0, y - side / 2),
    bottom: Math.min(1, y + side / 2),
  };
  return { kind, own: lambda, partner, box };
}

/** The rectangle of a cutmix in whole pixels. */
function pixelsOf({ box }: Mixing, size: number): { left: number; top: number; right: number; bottom: number } {
  const at = (share: number): number => Math.round(share * size);
  return { left: at(box.left), top: at(box.top), right: at(box.right), bottom: at(box.bottom) };
}

/** Targets [n, classes] mixed as the pictures are: by lambda, or by the area that the rectangle really has. */
export function mixedTargets(targets: Float32Array, classes: number, size: number, mixing: Mixing): Float32Array {
  const { left, top, right, bottom } = pixelsOf(mixing, size);
  const own = mixing.kind === 'mixup' ? mixing.own : 1 - ((right - left) * (bottom - top)) / (size * size);
  return targets.map((value, i) => {
    const other = mixing.partner[Math.floor(i / classes)]! * classes + (i % classes);
    return own * value + (1 - own) * targets[other]!;
  });
}

/** Mixes a batch of bytes [n, size, size, 3] in place. */
export function mixPixels(pixels: Uint8Array, size: number, mixing: Mixing): void {
  const bytes = size * size * 3;
  const source = pixels.slice();
  const { kind, own, partner } = mixing;
  if (kind === 'mixup') {
    partner.forEach((other, at) => {
      if (other === at) return;
      const [a, b] = [at * bytes, other * bytes];
      for (let i = 0; i < bytes; i++) pixels[a + i] = Math.round(own * source[a + i]! + (1 - own) * source[b + i]!);
    });
    return;
  }
  const { left, top, right, bottom } = pixelsOf(mixing, size);
  partner.forEach((other, at) => {
    for (let y = top; y < bottom; y++) {
      const row = (y * size + left) * 3;
      const length = (right - left) * 3;
      pixels.set(source.subarray(other * bytes + row, other * bytes + row + length), at * bytes + row);
    }
  });
}

/** Beta(a, a) by two gamma variates (Marsaglia and Tsang 2000). */
function beta(stream: ReturnType<typeof random>, alpha: number): number {
  const [a, b] = [gamma(stream, alpha), gamma(stream, alpha)];
  return a + b > 0 ? a / (a + b) : 0.5;
}

function gamma(stream: ReturnType<typeof random>, shape: number): number {
  if (shape < 1) return gamma(stream, shape + 1) * (1 - stream.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - stream.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
