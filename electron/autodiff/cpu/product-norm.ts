/**
 * Batch normalisation of a pointwise convolution that widens: x = W u with more outputs than inputs. Mean and variance
 * of x follow from those of u, so the normalisation is folded into the filter, and x, the largest value far and wide,
 * is never written. With m = E[u], V = W Cov(u), M elements a channel:
 *
 *   E[x] = W m,  var(x) = rowsum(V * W),  a = scale / sqrt(var + epsilon),  y = (a W) u + (bias - a E[x])
 *
 * and backwards, from s = sum(dy), P = sum(dy u') - s m' (the covariance of dy with u, times M):
 *
 *   dbias = s,  dscale = rowsum(P * W) / sigma,  dW = a (P - (dscale / sigma) V)
 *   dx = a dy + c1 x + c2 as in batch-norm.ts, hence  du = (a W)' dy + (W' c1 W) u + W' c2
 *
 * in which W' c1 W is as small as u's channels squared.
 */
import { type Value } from '../../onnx/index.ts';
import { type Conv, productOverPlaces } from './filter-gradient.ts';
import { type Layered } from './layered.ts';
import { deferred, type LoweringCall } from './lowering.ts';

export function normalisedProduct(call: LoweringCall, conv: Conv, scale: Layered, bias: Layered): Layered {
  const { b, kit, node, statistics, tape } = call;
  const { X: U, W, shape } = conv;
  const [n, o] = shape;
  const c = U.shape[1]!;
  const count = n * U.places;
  const column = (vector: Value): Value => b.reshape(vector, [vector === m ? c : o, 1]);
  const filterOf = (matrix: Value, outs: number): Value => b.reshape(matrix, [outs, c, 1, 1]);
  const rowSums = (x: Value, y: Value): Value => b.reduceSum(b.mul(x, y), [1], { keepDims: false });

  const u = U.in('blocked');
  const w = b.reshape(W.in('plain'), [o, c]);
  const m = b.mul(kit.overImages(kit.planeMeans(u), c), 1 / n);
  const row = b.reshape(m, [1, c]);
  const covariance = b.sub(b.mul(productOverPlaces(conv, U, U), 1 / count), b.mul(column(m), row));
  const V = b.matmul(w, covariance);
  const mean = rowSums(w, row);
  const variance = b.max(rowSums(V, w), 0);
  const sigma = b.sqrt(b.add(variance, node.attributes.float('epsilon', 1e-5)));
  const a = b.div(scale.in('plain'), sigma);
  const scaled = filterOf(b.mul(column(a), w), o);
  const shift = b.sub(bias.in('plain'), b.mul(a, mean));
  const Y = deferred(call, shape, {
    run: (joined) =>
      kit.conv(u, kit.filter(scaled), {
        kernel: [1, 1],
        bias: kit.channelVector(shift, kit.padded(o)),
        ...joined,
      }),
  });

  const inputs = [U, W, scale, bias];
  const backward = (dY: Layered, sumAtU: () => Value | undefined): (Layered | undefined)[] => {
    const sum = b.mul(kit.overImages(kit.planeMeans(dY.in('blocked')), o), dY.places);
    const P = b.sub(productOverPlaces(conv, dY, U), b.mul(column(sum), row));
    const dScale = b.div(rowSums(P, w), sigma);
    const slope = b.div(dScale, sigma);
    const dW = b.mul(column(a), b.sub(P, b.mul(column(slope), V)));
    const dU = (): Value => {
      const c1 = b.mul(b.mul(a, slope), -1 / count);
      const c2 = b.sub(b.mul(b.mul(a, sum), -1 / count), b.mul(c1, mean));
      const turned = b.transpose(w, [1, 0]);
      const inner = kit.filter(filterOf(b.matmul(turned, b.mul(column(c1), w)), c));
      const constant = kit.channelVector(b.reshape(b.matmul(turned, column(c2)), [c]), kit.padded(c));
      const before = kit.conv(u, inner, { kernel: [1, 1], bias: constant, sum: sumAtU() });
      return kit.conv(dY.in('blocked'), kit.turnedFilter(scaled), { kernel: [1, 1], sum: before });
    };
    return [
      tape.isActive(U) ? kit.layered(dU(), U.shape, 'blocked') : undefined,
      tape.isActive(W) ? kit.layered(b.reshape(dW, W.shape)) : undefined,
      kit.layered(dScale),
      kit.layered(sum),
    ];
  };
  if (inputs.some((input) => tape.isActive(input)))
    tape.record({
      node,
      inputs,
      outputs: [Y],
      backward: ([dY], take) => backward(dY!, () => take(0)?.in('blocked')),
    });
  statistics.push({
    node: node.name,
    runningMean: node.inputs[3]!,
    runningVariance: node.inputs[4]!,
    mean,
    variance,
    count,
    momentum: node.attributes.float('momentum', 0.9),
  });
  return Y;
}
