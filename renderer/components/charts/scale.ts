/** Scales and tick marks, shared by all charts. Everything here is arithmetic: no page, no state. */

export interface Scale {
  (value: number): number;
  invert(position: number): number;
}

/** Straight map of [from[0], from[1]] to [to[0], to[1]]; an empty domain maps to the start. */
export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const [a, b] = from;
  const [p, q] = to;
  const slope = b === a ? 0 : (q - p) / (b - a);
  const scale = (value: number): number => p + (value - a) * slope;
  return Object.assign(scale, { invert: (position: number): number => (slope === 0 ? a : a + (position - p) / slope) });
}

/** The least step of 1, 2 or 5 times a power of ten that gives at most `count` intervals over `span` (> 0). */
export function niceStep(span: number, count: number): number {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const share = raw / power;
  // A hair of slack, so that 0.8 / 4 is 0.2 and not the next step.
  return ([1, 2, 5].find((s) => share <= s + 1e-9) ?? 10) * power;
}

/** Round values from `low` to `high`, both ends included where they are round; at most `count` + 1 of them. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const step = niceStep(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiplying, not adding up: 0.1 + 0.2 would show as 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The smallest round domain that holds [low, high]. */
export function niceDomain(low: number, high: number, count: number): [number, number] {
  if (!(high > low)) return [low, low + 1];
  const step = niceStep(high - low, count);
  return [
    Number((Math.floor(low / step + 1e-9) * step).toPrecision(12)),
    Number((Math.ceil(high / step - 1e-9) * step).toPrecision(12)),
  ];
}

/** Width of a text of the 12 px interface font in px, from above: Hangul syllables are as wide as they are high. */
export function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += letter.charCodeAt(0) > 0x10ff ? 12 : letter === ' ' ? 4 : 7;
  return width;
}

/**
 * Moves labels apart that lie nearer than `gap`, as little as possible, within [low, high].
 * @param wanted the places asked for, any order
 * @returns the places given, in the order of `wanted`
 */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  const blocks: { members: number[]; centre: number }[] = [];
  for (const index of order) {
    blocks.push({ members: [index], centre: wanted[index] ?? 0 });
    // Two blocks that touch become one, centred on the mean of what its members asked for.
    for (let last = blocks.length - 1; last > 0; last--) {
      const [above, below] = [blocks[last - 1], blocks[last]];
      if (!above || !below) break;
      const room = ((above.members.length + below.members.length) / 2) * gap;
      if (below.centre - above.centre >= room) break;
      const members = [...above.members, ...below.members];
      const centre = members.reduce((sum, m) => sum + (wanted[m] ?? 0), 0) / members.length;
      blocks.splice(last - 1, 2, { members, centre });
    }
  }
  const placed = new Array<number>(wanted.length).fill(0);
  let floor = low;
  for (const { members, centre } of blocks) {
    const start = Math.max(centre - ((members.length - 1) / 2) * gap, floor);
    members.forEach((m, i) => (placed[m] = start + i * gap));
    floor = start + members.length * gap;
  }
  // What was pushed past the end is pushed back from below.
  let ceiling = high;
  for (const index of [...order].reverse()) {
    placed[index] = Math.min(placed[index] ?? 0, ceiling);
    ceiling = (placed[index] ?? 0) - gap;
  }
  return placed;
}
