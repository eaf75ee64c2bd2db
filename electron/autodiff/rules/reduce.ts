/** Reductions. dYk is dY with the reduced axes kept as 1, ready to be stretched over X. */
import { reducedAxes, reducedShape, sizeOf, type Value } from '../../onnx/index.ts';
import { constantRules, type Rule, rule, type RuleCall } from '../rule.ts';
import { dims, reshapeTo } from '../shapes.ts';

interface Reduction {
  X: Value;
  /** Output and its gradient with reduced axes kept. */
  Yk: Value;
  dYk: Value;
  axes: readonly number[];
  /** Elements that one output is made of. */
  count: number;
}

function reduction(call: RuleCall & { X: Value; Y: Value; dY: Value }): Reduction {
  const { b, X, Y, dY, inputs, attributes } = call;
  const shape = dims(X);
  const given = inputs[1] === undefined ? attributes.ints('axes') : b.numbers(inputs[1]);
  const axes = reducedAxes(shape.length, given, attributes.int('noop_with_empty_axes', 0) === 1);
  const kept = reducedShape(shape, axes, true);
  const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
  return { X, Yk: reshapeTo(b, Y, kept), dYk: reshapeTo(b, dY, kept), axes, count };
}

const reduce = (op: string, keeps: readonly ('X' | 'Y')[], gradient: (r: Reduction, call: RuleCall) => Value): Rule =>
  rule(op, {
    inputs: ['X', 'axes?'],
    keeps,
    backward: (call) => ({ X: gradient(reduction(call), call) }),
  });

/** Equal extremes share the gradient in equal parts. */
const extremum = (op: string): Rule =>
  reduce(op, ['X', 'Y'], ({ X, Yk, dYk, axes }, { b }) => {
    const chosen = b.cast(b.equal(X, Yk), b.floatType);
    return b.mul(chosen, axes.length === 0 ? dYk : b.div(dYk, b.reduceSum(chosen, axes)));
  });

/**
 * The product of all others, for each element: exact with zeros too, by a table [.., n, n] with ones on the diagonal.
 * Long lines take Y / X instead (the table would not fit), which a zero spoils.
 */
const product = reduce('ReduceProd', ['X', 'Y'], ({ X, Yk, dYk, axes, count }, { b }) => {
  if (count > 256) return b.mul(dYk, b.div(Yk, X));
  const shape = dims(X);
  const rest = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...rest, ...axes];
  const outer = sizeOf(rest.map((i) => shape[i]!));
  const lines = b.reshape(b.transpose(X, order), [outer, 1, count]);
  const eye = new Float32Array(count * count);
  for (let i = 0; i < count; i++) eye[i * count + i] = 1;
  const diagonal = b.constant({ type: 'float32', dims: [1, count, count], data: eye });
  const table = b.add(b.mul(lines, b.sub(1, diagonal)), diagonal);
  const others = b.reshape(
    b.reduceProd(table, [2]),
    order.map((i) => shape[i]!),
  );
  return b.mul(
    dYk,
    b.transpose(
      others,
      order.map((_, i) => order.indexOf(i)),
    ),
  );
});

export const REDUCE: readonly Rule[] = [
  reduce('ReduceSum', [], ({ dYk }) => dYk),
  reduce('ReduceMean', [], ({ dYk, count }, { b }) => b.mul(dYk, 1 / count)),
  extremum('ReduceMax'),
  extremum('ReduceMin'),
  product,
  reduce('ReduceL1', ['X'], ({ X, dYk }, { b }) => b.mul(b.signOf(X), dYk)),
  // At 0 the norm has no slope: 0 / tiny = 0.
  reduce('ReduceL2', ['X', 'Y'], ({ X, Yk, dYk }, { b }) => b.mul(X, b.div(dYk, b.max(Yk, 1e-30)))),
  reduce('ReduceSumSquare', ['X'], ({ X, dYk }, { b }) => b.mul(X, b.mul(dYk, 2))),
  reduce('ReduceLogSum', ['Y'], ({ Yk, dYk }, { b }) => b.mul(dYk, b.exp(b.mul(Yk, -1)))),
  reduce('ReduceLogSumExp', ['X', 'Y'], ({ X, Yk, dYk }, { b }) => b.mul(dYk, b.exp(b.sub(X, Yk)))),
  ...constantRules('ArgMax', 'ArgMin'),
];
