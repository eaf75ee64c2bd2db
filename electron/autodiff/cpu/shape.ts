/** Pools and operators that change the shape, where another layout makes them cheap. */
import { axisOf, sizeOf, type Value } from '../../onnx/index.ts';
import { type Layered } from './layered.ts';
import { type Lowering, type LoweringCall, record } from './lowering.ts';

/** Mean over all places, [n, c, 1, 1]: blocked and plain are then the same. */
function meanOverPlaces(call: LoweringCall, shape: readonly number[]): Layered[] | undefined {
  const { kit, b, inputs } = call;
  const X = inputs[0]!;
  if (X.shape.length !== 4 || X.layout === 'plain') return undefined;
  const [n, c, h, w] = X.shape as [number, number, number, number];
  const [blocked, full] = [X.layout === 'blocked', kit.padded(c)];
  const means = blocked
    ? kit.planeMeans(X.in('blocked'))
    : b.reduceMean(b.reshape(X.in('rows'), [n, h * w, c]), [1], { keepDims: false });
  const cut = blocked && full !== c ? b.slice(means, { starts: [0], ends: [c], axes: [1] }) : means;
  const output = kit.layered(b.reshape(cut, shape));
  record(call, [output], ([dY]) => {
    const share = b.mul(b.reshape(dY!.in('plain'), [n, c]), 1 / (h * w));
    if (!blocked) {
      const rows = b.expand(b.reshape(share, [n, 1, c]), [n, h * w, c]);
      return [kit.layered(b.reshape(rows, [n * h * w, c]), X.shape, 'rows')];
    }
    const { block } = kit;
    const parts = b.reshape(kit.padAxes(share, [0, full - c]), [n, full / block, 1, block]);
    const spread = b.reshape(b.expand(parts, [n, full / block, h * w, block]), [n, full, h, w]);
    return [kit.layered(spread, X.shape, 'blocked')];
  });
  return [output];
}

const globalAverage: Lowering = (call) => meanOverPlaces(call, [...call.inputs[0]!.shape.slice(0, 2), 1, 1]);

const reduceMean: Lowering = (call) => {
  const { b, inputs, node } = call;
  const { shape } = inputs[0]!;
  if (shape.length !== 4 || inputs[1] === undefined) return undefined;
  const axes = b.numbers(inputs[1].in('plain'))?.map((axis) => axisOf(axis, 4));
  if (axes?.length !== 2 || !axes.includes(2) || !axes.includes(3)) return undefined;
  const kept = node.attributes.int('keepdims', 1) !== 0;
  return meanOverPlaces(call, [...shape.slice(0, 2), ...(kept ? [1, 1] : [])]);
};

/** Channels last and back: rows are both. */
const transpose: Lowering = (call) => {
  const { kit, b, inputs, node } = call;
  const X = inputs[0]!;
  const perm = node.attributes.ints('perm')?.join() ?? '';
  const rank = X.shape.length;
  if (perm === { 3: '0,2,1', 4: '0,2,3,1' }[rank] && X.layout !== 'plain') {
    const [n, c, ...spatial] = X.shape as [number, number, ...number[]];
    const output = kit.layered(b.reshape(X.in('rows'), [n, ...spatial, c]));
    record(call, [output], ([dY]) => [
      kit.layered(b.reshape(dY!.in('plain'), [n * sizeOf(spatial), c]), X.shape, 'rows'),
    ]);
    return [output];
  }
  if (perm === '0,3,1,2' && X.layout === 'plain') {
    const [n, h, w, c] = X.shape as [number, number, number, number];
    const output = kit.layered(b.reshape(X.in('plain'), [n * h * w, c]), [n, c, h, w], 'rows');
    record(call, [output], ([dY]) => [kit.layered(b.reshape(dY!.in('rows'), X.shape))]);
    return [output];
  }
  return undefined;
};

/** [n, c, h, w] seen as [n, c, h w]: the rows stay what they are. */
const reshape: Lowering = (call) => {
  const { kit, b, inputs } = call;
  const X = inputs[0]!;
  if (X.layout !== 'rows' || X.shape.length !== 4) return undefined;
  const [n, c, ...spatial] = X.shape as [number, number, number, number];
  const wanted = call.node.op === 'Reshape' ? b.numbers(inputs[1]!.in('plain')) : undefined;
  const shape = [n, c, sizeOf(spatial)];
  const same = wanted?.length === 3 && wanted.every((dim, i) => dim === -1 || dim === 0 || dim === shape[i]);
  if (!same || wanted[2] === 0) return undefined;
  const output = kit.layered(X.in('rows'), shape, 'rows');
  record(call, [output], ([dY]) => [kit.layered(dY!.in('rows'), X.shape, 'rows')]);
  return [output];
};

/** Whole blocks of channels side by side. */
const concat: Lowering = (call) => {
  const { kit, b, inputs, node } = call;
  const parts = inputs as readonly Layered[];
  const rank = parts[0]!.shape.length;
  const whole = parts.every((part) => part.shape[1]! % kit.block === 0) && parts.some((part) => part.has('blocked'));
  if (rank !== 4 || axisOf(node.attributes.int('axis', 0), 4) !== 1 || !whole) return undefined;
  const [n, , h, w] = parts[0]!.shape as [number, number, number, number];
  const channels = parts.reduce((sum, part) => sum + part.shape[1]!, 0);
  const joined = b.concat(
    parts.map((part) => part.in('blocked')),
    1,
  );
  const output = kit.layered(joined, [n, channels, h, w], 'blocked');
  record(call, [output], ([dY]) => {
    let start = 0;
    return parts.map((part) => {
      const end = start + part.shape[1]!;
      const cut: Value = b.slice(dY!.in('blocked'), { starts: [start], ends: [end], axes: [1] });
      start = end;
      return kit.layered(cut, part.shape, 'blocked');
    });
  });
  return [output];
};

export const SHAPE: Readonly<Record<string, Lowering>> = {
  GlobalAveragePool: globalAverage,
  ReduceMean: reduceMean,
  Transpose: transpose,
  Reshape: reshape,
  Concat: concat,
};
