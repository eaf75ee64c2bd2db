/** The optimizers of ../optimizers.ts as loops of vectors: the same operations in the same order, so the same bits. */
import { average, type Factors, factorsOf, optimize, type OptimizerSpec, type OptimizerStep } from '../optimizers.ts';
import { add, div, type Loop, moduleOf, mul, sign, sqrt, sub } from './simd.ts';

const LOOPS: readonly Loop[] = [
  {
    name: 'adamw',
    arrays: ['w', 'g', 'm', 'v'],
    factors: ['scale', 'beta1', 'rest1', 'beta2', 'rest2', 'shrink', 'first', 'second', 'epsilon'],
    body: (l) => {
      const slope = l.keep(mul(l.load('g'), l.factor('scale')));
      const mean = l.keep(add(mul(l.factor('beta1'), l.load('m')), mul(l.factor('rest1'), slope)));
      const square = l.keep(add(mul(l.factor('beta2'), l.load('v')), mul(l.factor('rest2'), mul(slope, slope))));
      l.store('m', mean);
      l.store('v', square);
      const size = add(mul(sqrt(square), l.factor('second')), l.factor('epsilon'));
      const way = div(mul(l.factor('first'), mean), size);
      l.store('w', sub(l.load('w'), add(mul(l.factor('shrink'), l.load('w')), way)));
    },
  },
  {
    name: 'lion',
    arrays: ['w', 'g', 'm'],
    factors: ['scale', 'beta1', 'rest1', 'beta2', 'rest2', 'shrink', 'rate'],
    body: (l) => {
      const slope = l.keep(mul(l.load('g'), l.factor('scale')));
      const way = l.keep(add(mul(l.factor('beta1'), l.load('m')), mul(l.factor('rest1'), slope)));
      const step = mul(l.factor('rate'), sign(way));
      l.store('w', sub(l.load('w'), add(mul(l.factor('shrink'), l.load('w')), step)));
      l.store('m', add(mul(l.factor('beta2'), l.load('m')), mul(l.factor('rest2'), slope)));
    },
  },
  ...['sgd', 'nesterov'].map((name): Loop => ({
    name,
    arrays: ['w', 'g', 'm'],
    factors: ['scale', 'momentum', 'decay', 'rate'],
    body: (l) => {
      const slope = l.keep(add(mul(l.load('g'), l.factor('scale')), mul(l.factor('decay'), l.load('w'))));
      const speed = l.keep(add(mul(l.factor('momentum'), l.load('m')), slope));
      l.store('m', speed);
      const way = name === 'sgd' ? speed : add(slope, mul(l.factor('momentum'), speed));
      l.store('w', sub(l.load('w'), mul(l.factor('rate'), way)));
    },
  })),
  {
    name: 'average',
    arrays: ['e', 'w'],
    factors: ['keep', 'rest'],
    body: (l) => l.store('e', add(mul(l.factor('keep'), l.load('e')), mul(l.factor('rest'), l.load('w')))),
  },
];

let compiled: WebAssembly.Module | undefined;

/** What walks over the arrays of a memory; without one, the loops of JavaScript. */
export interface Walker {
  optimize(
    spec: OptimizerSpec,
    weights: Float32Array,
    gradient: Float32Array,
    moments: readonly Float32Array[],
    step: OptimizerStep,
  ): void;
  average(ema: Float32Array, weights: Float32Array, decay: number): void;
}

/** @param memory where all arrays lie, at multiples of 16 bytes, padded with zeros to multiples of four elements */
export function walkerOver(memory: WebAssembly.Memory | undefined): Walker {
  if (memory === undefined) return { optimize, average };
  compiled ??= moduleOf(LOOPS);
  const { exports } = new WebAssembly.Instance(compiled, { own: { memory } });
  const run = (name: string, arrays: readonly Float32Array[], factors: Factors): void => {
    const loop = LOOPS.find((one) => one.name === name)!;
    const walk = exports[name] as (...values: number[]) => void;
    const count = Math.ceil(arrays[0]!.length / 4) * 4;
    walk(...arrays.map(({ byteOffset }) => byteOffset), count, ...loop.factors.map((factor) => factors[factor]!));
  };
  return {
    optimize: (spec, weights, gradient, moments, step) =>
      run(
        spec.kind === 'sgd' && spec.nesterov === true ? 'nesterov' : spec.kind,
        [weights, gradient, ...moments],
        factorsOf(spec, step),
      ),
    average: (ema, weights, decay) => run('average', [ema, weights], { keep: decay, rest: 1 - decay }),
  };
}
