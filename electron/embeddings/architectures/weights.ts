/** Seeded starting weights. */
import { random } from '../../contract/index.ts';
import { floats, fullTensor, type GraphBuilder, type Value } from '../../onnx/index.ts';

/** Makes named weights; every one has a stream of its own, so that a change of one layer leaves the others alone. */
export class Weights {
  readonly #b: GraphBuilder;
  readonly #seed: number;

  constructor(b: GraphBuilder, seed: number) {
    this.#b = b;
    this.#seed = seed;
  }

  /** Normal with the given deviation. */
  normal(name: string, dims: readonly number[], deviation: number): Value {
    const stream = random(this.#seed, 'weights', name);
    const size = dims.reduce((product, dim) => product * dim, 1);
    const values = Float32Array.from({ length: size }, () => stream.normal() * deviation);
    return this.#b.initializer(name, floats(values, dims));
  }

  /** For a filter [o, i, kh, kw] before a rectifier: deviation sqrt(2 / inputs) (He and others 2015). */
  filter(name: string, dims: readonly [number, number, number, number]): Value {
    return this.normal(name, dims, Math.sqrt(2 / (dims[1] * dims[2] * dims[3])));
  }

  constant(name: string, dims: readonly number[], value: number): Value {
    return this.#b.initializer(name, fullTensor(dims, value));
  }
}
