import { sizeOf, type Value } from '../../onnx/index.ts';
import { batchStatistics } from '../batch-norm.ts';
import { type Entry } from '../tape.ts';
import { type Conv } from './filter-gradient.ts';
import { type Layered } from './layered.ts';
import { deferred, type Lowering, type LoweringCall, record, wrapped } from './lowering.ts';
import { normalisedProduct } from './product-norm.ts';

/** Small vectors that both directions use. */
interface Sums {
  /** sum(dY) and sum(dY X) by channel. */
  bias: Value;
  product: Value;
}

function sumsOf({ kit, b }: LoweringCall, X: Layered, dY: Value): Sums {
  const c = X.shape[1]!;
  return {
    bias: b.mul(kit.overImages(kit.planeMeans(dY), c), X.places),
    product: kit.overImages(kit.dot(dY, X.in('blocked')), c),
  };
}

/** Y = a X + (bias - a mean), a = scale / sqrt(variance + epsilon): one pass, with whatever follows it. */
function output(call: LoweringCall, X: Layered, a: Value, shift: Value): Layered {
  const affine = { x: X.in('blocked'), scale: a, bias: shift };
  return deferred(call, X.shape, { run: (joined) => call.kit.affine(affine, joined) });
}

/** Elements up to which accuracy costs nothing. */
const CENTRED_BELOW = 2 ** 18;

/** Second moments of the input cost a share of the product, and they round more than centred sums. */
const pays = ({ X, shape }: Conv): boolean => 2 * X.shape[1]! <= shape[1] && sizeOf(shape) > CENTRED_BELOW;

const ones = ({ b }: LoweringCall, c: number): Value =>
  b.constant({ type: 'float32', dims: [c], data: new Float32Array(c).fill(1) });

/**
 * Statistics of the batch: mean = E[x], variance = E[x^2] - mean^2. Backwards, M elements a channel:
 * dbias = sum(dy), dscale = (sum(dy x) - mean dbias) / sigma,
 * dx = a dy + c1 x + c2,  c1 = -a dscale / (sigma M),  c2 = -a dbias / M - c1 mean.
 */
function batch(call: LoweringCall, [X, scale, bias]: readonly Layered[]): Layered[] {
  const { b, kit, node, statistics } = call;
  const product = X!.pending?.sum === undefined ? X!.pending?.product : undefined;
  if (product !== undefined && pays(product)) return [normalisedProduct(call, product, scale!, bias!)];
  const [n, c] = X!.shape as [number, number];
  const count = n * X!.places;
  const given = X!.in('blocked');
  const found = b.mul(kit.overImages(kit.planeMeans(given), c), 1 / n);
  // Small values are centred first: the exact way costs another pass over memory, which they do not notice.
  const centred = sizeOf(X!.shape) <= CENTRED_BELOW;
  const x = centred ? kit.affine({ x: given, scale: ones(call, c), bias: b.mul(found, -1) }) : given;
  const from = centred ? kit.layered(x, X!.shape, 'blocked') : X!;
  const mean = centred ? b.zeros([c]) : found;
  const square = b.mul(kit.overImages(kit.dot(x, x), c), 1 / count);
  const variance = centred ? square : b.max(b.sub(square, b.mul(mean, mean)), 0);
  const sigma = b.sqrt(b.add(variance, node.attributes.float('epsilon', 1e-5)));
  const a = b.div(scale!.in('plain'), sigma);
  const Y = output(call, from, a, centred ? bias!.in('plain') : b.sub(bias!.in('plain'), b.mul(a, mean)));
  record(call, [Y], ([gradient]) => {
    const dY = gradient!.in('blocked');
    const sums = sumsOf(call, from, dY);
    const dScale = b.div(centred ? sums.product : b.sub(sums.product, b.mul(mean, sums.bias)), sigma);
    const c1 = b.mul(b.div(b.mul(a, dScale), sigma), -1 / count);
    const share = b.mul(b.mul(a, sums.bias), -1 / count);
    const c2 = centred ? share : b.sub(share, b.mul(c1, mean));
    const rest = kit.affine({ x, scale: c1, bias: c2 });
    const dX = kit.affine({ x: dY, scale: a }, { sum: rest });
    return [kit.layered(dX, X!.shape, 'blocked'), kit.layered(dScale), kit.layered(sums.bias)];
  });
  statistics.push({
    node: node.name,
    runningMean: node.inputs[3]!,
    runningVariance: node.inputs[4]!,
    mean: found,
    variance,
    count,
    momentum: node.attributes.float('momentum', 0.9),
  });
  return [Y];
}

/** Statistics constant: dx = a dy, dscale = (sum(dy x) - mean sum(dy)) / sigma, dbias = sum(dy). */
function frozen(call: LoweringCall, [X, scale, bias, mean, variance]: readonly Layered[]): Layered[] {
  const { b, kit, node } = call;
  const epsilon = node.attributes.float('epsilon', 1e-5);
  const inverse = b.div(1, b.sqrt(b.add(variance!.in('plain'), epsilon)));
  const a = b.mul(scale!.in('plain'), inverse);
  const Y = output(call, X!, a, b.sub(bias!.in('plain'), b.mul(a, mean!.in('plain'))));
  record(call, [Y], ([gradient]) => {
    const dY = gradient!.in('blocked');
    const sums = sumsOf(call, X!, dY);
    const dScale = b.mul(b.sub(sums.product, b.mul(mean!.in('plain'), sums.bias)), inverse);
    return [
      kit.layered(kit.affine({ x: dY, scale: a }), X!.shape, 'blocked'),
      kit.layered(dScale),
      kit.layered(sums.bias),
    ];
  });
  return [Y];
}

/** Other than four axes: the plain formulas. */
function batchPlainly(call: LoweringCall): Layered[] {
  const { b, kit, node, inputs, statistics } = call;
  const values = inputs.map((input) => input!.in('plain'));
  let output: Layered | undefined;
  const keep = ({ outputs: [Y], backward }: Entry): void => {
    output = kit.layered(Y!);
    record(call, [output], ([dY]) => backward!([dY!.in('plain')]).map((gradient, i) => wrapped(call, gradient, i)));
  };
  statistics.push(batchStatistics(b, { record: keep }, node, values));
  return [output!];
}

export const batchNorm: Lowering = (call) => {
  const { inputs, tape } = call;
  const [X, , , mean, variance] = inputs as readonly Layered[];
  const active = inputs.some((input) => tape.isActive(input));
  const batchwise = call.batchNorm === 'batch' && active;
  if (X!.shape.length !== 4) return batchwise ? batchPlainly(call) : undefined;
  if (batchwise) return batch(call, inputs as readonly Layered[]);
  if (tape.isActive(mean) || tape.isActive(variance) || X!.layout !== 'blocked') return undefined;
  return frozen(call, inputs as readonly Layered[]);
};
