/**
 * Which tensors of a network serve as features. Convolutional: the last one of every stride on the way down (the
 * widest view at that resolution, behind its activation); what a neck scales up again is left out. Transformers: the token states after one and two thirds of the blocks and after
 * the last norm. Pooling several depths is worth more than the choice of network (models/README.md of the test data).
 */
import { AssayError } from '../../contract/index.ts';
import { type Graph, producersOf } from '../../onnx/index.ts';
import { type Tap } from './spec.ts';

/** An inner value with the shape that it had in a run. */
export interface Seen {
  name: string;
  dims: readonly number[];
}

export interface ChosenTaps {
  taps: Tap[];
  depths: string[];
  last: string[];
  /** Whether the features are tokens. */
  tokens: boolean;
}

/** Finer maps than this say little that a classifier can use. */
const FINEST_STRIDE = 8;
/** Attention maps [N, heads, T, T] are of rank 4 too, and stand this near to the last residual sum at most. */
const TAIL = 24;
/** A level with no more values than this has just begun: finer values after it belong to a shortcut beside it. */
const SHORTCUT = 8;

/**
 * @param seen in the order of the graph, floating-point, batch first
 * @param named tensors that a person asks for instead
 * @throws AssayError `model/no-image-input` where nothing looks like features of an image
 */
export function chooseTaps(
  seen: readonly Seen[],
  graph: Graph,
  size: number,
  layout: 'NCHW' | 'NHWC',
  named: readonly string[] | null,
  subject: string,
): ChosenTaps {
  const fail = (reason: string): never => {
    throw new AssayError('model/no-image-input', { subject, values: { reason } });
  };
  if (named) {
    const taps = named.map((name) => {
      const found = seen.find((value) => value.name === name);
      return found ? describe(found, size, layout) : fail(`it has no feature tensor "${name}"`);
    });
    const names = taps.map((tap) => tap.name);
    return { taps, depths: names, last: names.slice(-1), tokens: taps.some((tap) => tap.kind === 'tokens') };
  }
  const tokens = tokenStates(seen, graph);
  if (tokens) return tokens;
  const logits = logitsLength(seen, graph);
  const maps = lastOfEveryStride(seen, size, layout, logits);
  if (maps.length > 0) {
    const names = maps.map((tap) => tap.name);
    return { taps: maps, depths: names, last: names.slice(-1), tokens: false };
  }
  const vector =
    seen.findLast(({ dims }) => dims.length === 2 && dims[1] !== logits) ??
    seen.findLast(({ dims }) => dims.length === 2);
  if (!vector) return fail('none of its inner values looks like features of an image');
  return { taps: [describe(vector, size, layout)], depths: [vector.name], last: [vector.name], tokens: false };
}

/** Length of the network's own answer [N, L], so that a map of L channels is not taken for features. */
function logitsLength(seen: readonly Seen[], graph: Graph): number | null {
  for (const output of graph.outputs) {
    if (/feature|embed/i.test(output.name)) continue;
    const dims = seen.find((value) => value.name === output.name)?.dims;
    if (dims?.length === 2) return dims[1]!;
  }
  return null;
}

function lastOfEveryStride(seen: readonly Seen[], size: number, layout: 'NCHW' | 'NHWC', logits: number | null): Tap[] {
  const maps = seen
    .map((value) => describe(value, size, layout))
    .filter(
      // Pooled to a point: a vector in disguise. Coarser than half the side is no map either.
      ({ kind, stride }) => kind.startsWith('map') && stride !== null && stride >= FINEST_STRIDE && stride <= size / 2,
    );
  const levels = new Map<number, Tap[]>();
  let coarsest = 0;
  let upwards = false;
  for (const tap of maps) {
    const stride = tap.stride!;
    if (stride > coarsest && !upwards) {
      coarsest = stride;
      levels.set(stride, [tap]);
    } else if (stride === coarsest) {
      levels.get(stride)!.push(tap);
    } else if (stride < coarsest && levels.get(coarsest)!.length > SHORTCUT) upwards = true;
  }
  return [...levels].map(([stride, taps]) => {
    const features = taps.filter((tap) => tap.channels !== logits);
    const level = features.length > 0 ? features : taps;
    // A neck begins by making the deepest level narrow.
    const widest = Math.max(...level.map((tap) => tap.channels));
    return upwards && stride === coarsest ? level.findLast((tap) => tap.channels === widest)! : level.at(-1)!;
  });
}

/** Kind, channels and stride of a value. Maps are square here: whether channels come first shows in the shape. */
function describe({ name, dims }: Seen, size: number, layout: 'NCHW' | 'NHWC'): Tap {
  const [, a, b, c] = dims as [number, number, number, number];
  if (dims.length === 2) return { name, kind: 'vector', channels: a, stride: null };
  if (dims.length === 3) return { name, kind: 'tokens', channels: b, stride: null };
  const first = b === c && (a !== b || layout === 'NCHW');
  const last = a === b && !first;
  if (!first && !last) return { name, kind: 'vector', channels: a * b * c, stride: null };
  const stride = Math.round(size / b);
  return first
    ? { name, kind: 'map', channels: a, stride }
    : { name, kind: 'map-last', channels: c, stride: Math.round(size / a) };
}

/** Token states [N, T, C] of a transformer: sums of two values of that shape are its residual connections. */
function tokenStates(seen: readonly Seen[], graph: Graph): ChosenTaps | null {
  const shapes = new Map(seen.map(({ name, dims }) => [name, dims]));
  const rank3 = seen.filter(({ dims }) => dims.length === 3);
  const last = rank3.at(-1);
  if (!last) return null;
  const [, tokens, channels] = last.dims as [number, number, number];
  const same = (name: string): boolean => {
    const dims = shapes.get(name);
    return dims?.length === 3 && dims[1] === tokens && dims[2] === channels;
  };
  const producers = producersOf(graph);
  const residuals = rank3.filter(({ name }) => {
    const node = producers.get(name);
    return node?.op === 'Add' && same(name) && node.inputs.every(same);
  });
  const lastMap = seen.findLastIndex(({ dims }) => dims.length === 4 && dims[2]! > 1 && dims[2] === dims[3]);
  const lastResidual = residuals.at(-1);
  if (residuals.length < 4 || !lastResidual || seen.indexOf(lastResidual) < lastMap - TAIL) return null;
  // Two a block, attention and feed-forward: after one third and two thirds of the blocks.
  const blocks = residuals.filter((_, i) => i % 2 === 1);
  const between = [1, 2].flatMap((third) => blocks[Math.round((third * blocks.length) / 3) - 1] ?? []);
  const names = [...new Set([...between, last].map(({ name }) => name))];
  const taps = names.map((name): Tap => ({ name, kind: 'tokens', channels, stride: null }));
  // One token more than a square of patches: the first is the class token.
  if (Number.isInteger(Math.sqrt(tokens - 1)))
    taps.push({ name: last.name, kind: 'class-token', channels, stride: null });
  return { taps, depths: names, last: [last.name], tokens: true };
}
