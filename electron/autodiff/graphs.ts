import { type Concrete, type Known, type Model, prune, type Value } from '../onnx/index.ts';
import { emitForward, type ForwardOptions } from './forward.ts';
import { type GradientBuilder } from './gradient-builder.ts';
import { lossHead, type LossForm, type LossHead } from './loss.ts';
import { arrange } from './order.ts';
import { arrangeWithRecompute } from './recompute.ts';
import { dims } from './shapes.ts';
import { type Statistics } from './batch-norm.ts';

export interface TrainingGraphOptions extends Omit<ForwardOptions, 'watched'> {
  loss: LossForm;
  /** The output with the logits [n, classes]; default: the first. */
  output?: string;
  /** Computes parts of the forward pass a second time instead of keeping their values: see recompute.ts. */
  recompute?: boolean;
}

/** A model of one training step without its optimizer, and the names by which it is fed and read. */
export interface TrainingGraph {
  readonly model: Model;
  /** The network's own inputs. */
  readonly images: readonly string[];
  readonly rows: string;
  readonly targets: string | undefined;
  readonly loss: string;
  readonly logits: string;
  /**
   * With `half`: the input of one element by which the loss's gradient is multiplied on its way back, so that small
   * gradients do not vanish in float16 (those that come out are divided by it), and the output of one element that is
   * not finite where one of them ran over.
   */
  readonly scaling: { readonly factor: string; readonly check: string } | undefined;
  /** Output with the gradient of each trainable initializer, which is an input of the same name and shape. */
  readonly gradients: ReadonlyMap<string, string>;
  readonly statistics: readonly (Omit<Statistics, 'mean' | 'variance'> & { mean: string; variance: string })[];
  /** Whether parts of the forward pass are computed a second time. */
  readonly recomputed: boolean;
  /** Type and shape of every value of the model: what memoryOf reads. */
  readonly values: ReadonlyMap<string, Known>;
}

/**
 * The forward pass, the loss and the gradients of all trainable initializers as one ONNX model for one batch size.
 * @throws AssayError `onnx/no-gradient` naming operator and node where a rule is missing
 */
export function trainingGraph(network: Concrete, options: TrainingGraphOptions): TrainingGraph {
  const forward = emitForward(network, options);
  const { b, statistics } = forward;
  const output = options.output ?? network.outputs[0]!;
  const logits = forward.value(output);
  let head: LossHead | undefined;
  const [slope] = b.pullBack([logits], b.scalar(1), () => {
    head = lossHead(b, logits, options.loss);
    return head.loss;
  });
  const { loss: value, rows, targets } = head!;
  const onwards = new Set(b.graph.nodes);
  const factor = options.half === true ? b.input(b.fresh('loss_scale'), [1]) : undefined;
  const gradients = forward.backward([[output, factor ? b.mul(slope!, factor) : slope!]]);
  const share = factor && b.div(1, factor);
  const names = new Map<string, string>();
  const out = (value: Value, name: string): string => b.output(value, b.fresh(name)).name;
  const sizes: Value[] = [];
  const loss = out(value, 'loss');
  const logitsName = b.output(logits, output).name;
  for (const name of options.trainable) {
    const weight = b.named(name);
    const scaled = gradients.get(name);
    const gradient = scaled && share ? b.mul(scaled, share) : scaled;
    if (gradient && share) sizes.push(b.reshape(b.reduceMean(b.abs(gradient)), [1]));
    names.set(name, out(gradient ?? b.zeros(dims(weight), weight.type), `${name}/gradient`));
  }
  const scaling = factor && {
    factor: factor.name,
    check: out(
      sizes.reduce((sum, size) => b.add(sum, size), b.reshape(value, [1])),
      'check',
    ),
  };
  const read = statistics.map(({ mean, variance, ...rest }) => ({
    ...rest,
    mean: out(mean, `${rest.node}/mean`),
    variance: out(variance, `${rest.node}/variance`),
  }));
  prune(b.graph);
  const values = valuesOf(b);
  const recomputed =
    options.recompute === true &&
    arrangeWithRecompute(b.graph, values, {
      ...{ forward: onwards, slope: slope!.name, images: new Set(network.inputs) },
      step: { loss, gradients: names },
    });
  if (!recomputed) arrange(b.graph);
  return {
    model: b.model(),
    recomputed,
    values,
    images: network.inputs,
    rows: rows.name,
    targets: targets?.name,
    loss,
    logits: logitsName,
    scaling,
    gradients: names,
    statistics: read,
  };
}

function valuesOf(b: GradientBuilder): Map<string, Known> {
  const names = [...b.graph.inputs.map(({ name }) => name), ...b.graph.nodes.flatMap((node) => node.outputs)];
  return new Map(
    names.flatMap((name) => {
      if (name === '') return [];
      const value = b.named(name);
      return value.shape === undefined ? [] : [[name, { type: value.type ?? 'float32', shape: dims(value) }] as const];
    }),
  );
}

/** A model that gives the gradients of sum(cotangent * output) with respect to inputs or initializers. */
export interface PullBackGraph {
  readonly model: Model;
  /** Input that takes the cotangent of each output. */
  readonly cotangents: ReadonlyMap<string, string>;
  readonly gradients: ReadonlyMap<string, string>;
}

/** Vector-Jacobian product of a network: for tests and for questions such as "which pixels mattered". */
export function pullBackGraph(
  network: Concrete,
  options: Omit<ForwardOptions, 'trainable'> & { watched: readonly string[]; outputs: readonly string[] },
): PullBackGraph {
  const forward = emitForward(network, { ...options, trainable: [] });
  const { b } = forward;
  const cotangents = new Map<string, string>();
  const seeds = options.outputs.map((name): [string, Value] => {
    const value = forward.value(name);
    const cotangent = b.input(b.fresh(`${name}/cotangent`), dims(value), value.type);
    cotangents.set(name, cotangent.name);
    return [name, cotangent];
  });
  const found = forward.backward(seeds);
  const gradients = new Map<string, string>();
  for (const name of network.outputs) b.output(forward.value(name), name);
  for (const name of options.watched) {
    const value = b.named(name);
    const gradient = found.get(name) ?? b.zeros(dims(value), value.type);
    gradients.set(name, b.output(gradient, b.fresh(`${name}/gradient`)).name);
  }
  prune(b.graph);
  return { model: b.model(), cotangents, gradients };
}

/**
 * The network alone, for validation beside a training: one batch size, the given initializers as inputs of the same
 * names (weights and running statistics, fed as they are now), batch normalisation in inference form. Outputs keep
 * their names.
 */
export function inferenceGraph(
  network: Concrete,
  options: Pick<ForwardOptions, 'formulation' | 'block'> & { inputs: readonly string[] },
): Model {
  const { inputs, ...rest } = options;
  const forward = emitForward(network, { ...rest, trainable: inputs });
  for (const name of network.outputs) forward.b.output(forward.value(name), name);
  prune(forward.b.graph);
  return forward.b.model();
}
