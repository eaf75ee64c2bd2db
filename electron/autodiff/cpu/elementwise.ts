/** Elementwise operators run in the layout that their input has. */
import { type Node, type Value } from '../../onnx/index.ts';
import { justAbove, justBelow } from '../gradient-builder.ts';
import { ruleOf } from '../rules/index.ts';
import { dims, fit, sameShape } from '../shapes.ts';
import { type Activation, type Layered } from './layered.ts';
import { deferred, type Lowering, type LoweringCall, record } from './lowering.ts';

/** Appends the node with other inputs and gives its first output. */
function appendOn(call: LoweringCall, inputs: readonly Value[]): { node: Node; value: Value } {
  const { b, node } = call;
  const [output] = node.outputs as [string];
  const copy = { ...node, inputs: inputs.map((input) => input.name), outputs: [b.fresh(output)] };
  return { node: copy, value: b.append(copy)[0]! };
}

/** The rule of the operator, used in another layout than plain: its formula is elementwise. */
function throughRule(call: LoweringCall, values: readonly Value[], layout: Layered['layout']): Layered[] {
  const { b, kit } = call;
  const { node, value } = appendOn(call, values);
  const shape = call.inputs[0]!.shape;
  const output = kit.layered(value, shape, layout);
  record(call, [output], ([dY]) => {
    const gradients = ruleOf(node)!.backward({
      b,
      node,
      attributes: node.attributes,
      inputs: values,
      outputs: [value],
      gradients: [dY!.in(layout)],
    });
    return call.inputs.map((input, i) => {
      const gradient = gradients[i];
      if (gradient === undefined || input === undefined) return undefined;
      if (sameShape(input.shape, shape)) return kit.layered(gradient, shape, layout);
      return kit.layered(b.reshape(fit(b, gradient, dims(values[i]!)), input.shape), input.shape);
    });
  });
  return [output];
}

/** Relu and Clip may be joined to a deferred pass; both know their slope from the result. */
function activationOf(call: LoweringCall): Activation | undefined {
  const { node, b, inputs } = call;
  if (node.op === 'Relu') return { activation: 'Relu' };
  const bound = (i: number, missing: number): number | undefined =>
    inputs[i] === undefined ? missing : b.numbers(inputs[i].in('plain'))?.[0];
  const [low, high] = [bound(1, -3.4e38), bound(2, 3.4e38)];
  return low === undefined || high === undefined ? undefined : { activation: 'Clip', parameters: [low, high] };
}

const rectifier: Lowering = (call) => {
  const { kit, b, inputs, node } = call;
  const input = inputs[0]!;
  const activation = activationOf(call);
  const { pending } = input;
  if (activation === undefined || pending === undefined || (node.op === 'Clip' && pending.ties))
    return node.op === 'Clip' ? clipAnywhere(call) : unary(call);
  const value = pending.run({ sum: pending.sum, ...activation });
  const output = kit.layered(value, input.shape, 'blocked');
  record(call, [output], ([dY]) => {
    const gradient = dY!.in('blocked');
    if (node.op === 'Relu') return [kit.layered(b.mul(gradient, b.stepAbove(value)), input.shape, 'blocked')];
    const [low, high] = activation.parameters as [number, number];
    const inside = kit.inside(value, low, high);
    if (inside !== undefined) return [kit.layered(b.mul(gradient, inside), input.shape, 'blocked')];
    let passed = gradient;
    if (low > -3e38) passed = b.mul(passed, b.stepAbove(value, low));
    if (high < 3e38) passed = b.mul(passed, b.stepBelow(value, high));
    return [kit.layered(passed, input.shape, 'blocked')];
  });
  return [output];
};

/** Clip with its bounds, which are scalars in every layout. */
const clipAnywhere: Lowering = (call) => {
  const { kit, b, inputs, node } = call;
  const input = inputs[0]!;
  const activation = activationOf(call);
  if (activation === undefined || input.layout === 'plain') return undefined;
  const { layout } = input;
  const x = input.in(layout);
  const bounds = inputs.slice(1).map((bound) => bound?.in('plain'));
  const value = b.op('Clip', [x, ...bounds], node.attributes);
  const output = kit.layered(value, input.shape, layout);
  record(call, [output], ([dY]) => {
    const [low, high] = activation.parameters as [number, number];
    let passed = dY!.in(layout);
    if (low > -3e38) passed = b.mul(passed, b.stepAbove(x, justBelow(low)));
    if (high < 3e38) passed = b.mul(passed, b.stepBelow(x, justAbove(high)));
    return [kit.layered(passed, input.shape, layout)];
  });
  return [output];
};

const unary: Lowering = (call) => {
  const { layout } = call.inputs[0]!;
  if (layout === 'plain') return undefined;
  return throughRule(call, [call.inputs[0]!.in(layout)], layout);
};

/** x * sigmoid(alpha x): s is kept, so that the way back needs no second exponential. dX = dY (s + alpha y (1 - s)). */
const swish: Lowering = (call) => {
  const { kit, b, inputs, node } = call;
  const [input] = inputs as [Layered];
  const { layout } = input;
  const alpha = node.attributes.float('alpha', node.op === 'Swish' ? 1 : 1.702);
  const x = input.in(layout);
  const s = b.sigmoid(alpha === 1 ? x : b.mul(x, alpha));
  const y = b.mul(x, s);
  const output = kit.layered(y, input.shape, layout);
  record(call, [output], ([dY]) => {
    const rest = b.mul(alpha === 1 ? y : b.mul(y, alpha), b.sub(1, s));
    return [kit.layered(b.mul(dY!.in(layout), b.add(s, rest)), input.shape, layout)];
  });
  return [output];
};

/** Both operands of one shape: any common layout. A pass that waits takes an addition along. */
const binary: Lowering = (call) => {
  const { inputs, node, single } = call;
  const [a, c] = inputs as [Layered, Layered];
  if (!sameShape(a.shape, c.shape)) return node.op === 'Mul' || node.op === 'Add' ? byChannel(call) : undefined;
  if (node.op === 'Add' && a !== c) {
    const waiting = a.pending !== undefined && a.pending.sum === undefined ? a : c;
    const { pending } = waiting;
    if (pending !== undefined && pending.sum === undefined && single) {
      const other = waiting === a ? c : a;
      const joined = deferred(call, a.shape, { run: pending.run, sum: other.in('blocked'), ties: pending.ties });
      record(call, [joined], ([dY]) => [dY, dY]);
      return [joined];
    }
  }
  const layout = a.has(c.layout) ? c.layout : a.layout;
  if (layout === 'plain') return undefined;
  return throughRule(call, [a.in(layout), c.in(layout)], layout);
};

/** One operand has an element a channel ([c, 1, 1], [1, c, 1, 1]) or an image and channel ([n, c, 1, 1]). */
const byChannel: Lowering = (call) => {
  const { kit, b, inputs, node } = call;
  const large = inputs.findIndex((input) => input!.shape.length === 4 && input!.places > 1);
  const [x, factor] = [inputs[large], inputs[1 - large]];
  if (x === undefined || factor === undefined) return undefined;
  const [n, c] = x.shape as [number, number];
  const own = [...new Array<number>(4 - factor.shape.length).fill(1), ...factor.shape];
  if (own[1] !== c || own[2] !== 1 || own[3] !== 1 || (own[0] !== 1 && own[0] !== n)) return undefined;
  const { layout } = x;
  if (layout === 'rows' && own[0] === 1) {
    const values = [x.in('rows'), b.reshape(factor.in('plain'), [c])];
    return throughRule(call, large === 0 ? values : values.toReversed(), 'rows');
  }
  if (layout !== 'blocked') return undefined;
  const value = x.in('blocked');
  const full = kit.padded(c);
  const ordered = (dx: Layered, df: Layered): Layered[] => (large === 0 ? [dx, df] : [df, dx]);
  const flat = kit.padAxes(b.reshape(factor.in('plain'), [own[0]!, c]), [0, full - c]);
  if (node.op === 'Add') {
    if (own[0] !== 1) return undefined;
    const ones = b.constant({ type: 'float32', dims: [full], data: new Float32Array(full).fill(1) });
    const output = kit.layered(
      kit.affine({ x: value, scale: ones, bias: b.reshape(flat, [full]) }),
      x.shape,
      'blocked',
    );
    record(call, [output], ([dY]) => {
      const sum = b.mul(kit.overImages(kit.planeMeans(dY!.in('blocked')), c), x.places);
      return ordered(dY!, kit.layered(b.reshape(sum, factor.shape)));
    });
    return [output];
  }
  const scaled = (y: Value): Value =>
    own[0] === 1 ? kit.affine({ x: y, scale: b.reshape(flat, [full]) }) : kit.scalePlanes(y, flat);
  const output = kit.layered(scaled(value), x.shape, 'blocked');
  record(call, [output], ([dY]) => {
    const gradient = dY!.in('blocked');
    const dots = kit.dot(gradient, value);
    const all = own[0] === 1 ? kit.overImages(dots, c) : cutColumns(call, dots, c);
    return ordered(kit.layered(scaled(gradient), x.shape, 'blocked'), kit.layered(b.reshape(all, factor.shape)));
  });
  return [output];
};

function cutColumns({ b }: LoweringCall, value: Value, columns: number): Value {
  return dims(value)[1] === columns ? value : b.slice(value, { starts: [0], ends: [columns], axes: [1] });
}

const anyLayout = Object.fromEntries(
  (
    'Abs Celu Cos Elu Erf Exp Gelu com.microsoft.Gelu HardSigmoid HardSwish Identity LeakyRelu Log Mish Neg ' +
    'Reciprocal Selu Sigmoid Sin Softplus Softsign Sqrt Tanh ThresholdedRelu'
  )
    .split(' ')
    .map((op) => [op, unary]),
);

export const ELEMENTWISE: Readonly<Record<string, Lowering>> = {
  ...anyLayout,
  Relu: rectifier,
  Clip: rectifier,
  'com.microsoft.QuickGelu': swish,
  Swish: swish,
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
};
