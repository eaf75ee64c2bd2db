import { type Graph } from './graph.ts';
import { type Tensor } from './tensor.ts';

/** One attribute of a node. `raw`: a kind that Assay does not read (sparse tensors, types, lists of graphs). */
export type Attribute =
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: Graph }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'raw'; readonly value: Uint8Array };

/** What the builder takes for an attribute. A number is a float where its name says so (`FLOAT_NAMES`), else an int. */
export type AttributeInput = number | string | boolean | readonly number[] | readonly string[] | Tensor | Attribute;
export type AttributeInputs = Readonly<Record<string, AttributeInput | undefined>>;

/** Attributes of the standard and of com.microsoft that are floats; all other numbers are integers. */
const FLOAT_NAMES = new Set(
  (
    'activation_alpha activation_beta activation_params alpha beta bias clip cubic_coeff_a epsilon ' +
    'extrapolation_value gamma high lambd low max mean min momentum nms_threshold norm_coefficient norm_coefficient_post ' +
    'ratio sample_size_ratio scale scales seed softcap spatial_scale std value value_float value_floats'
  ).split(' '),
);

/** The attributes of a node by name. Readers take a default; without one a missing attribute is `undefined`. */
export class Attributes {
  readonly map: ReadonlyMap<string, Attribute>;

  constructor(entries: Iterable<readonly [string, Attribute]> = []) {
    this.map = new Map(entries);
  }

  /** From plain values: `{ axis: 1, kernel_shape: [3, 3], mode: 'linear', alpha: 0.2 }`; undefined ones are left out. */
  static from(inputs: AttributeInputs | Attributes): Attributes {
    if (inputs instanceof Attributes) return inputs;
    const entries: [string, Attribute][] = [];
    for (const [name, value] of Object.entries(inputs))
      if (value !== undefined) entries.push([name, toAttribute(name, value)]);
    return new Attributes(entries);
  }

  has(name: string): boolean {
    return this.map.has(name);
  }

  int(name: string, fallback: number): number;
  int(name: string): number | undefined;
  int(name: string, fallback?: number): number | undefined {
    const found = this.map.get(name);
    return found?.kind === 'int' ? found.value : fallback;
  }

  float(name: string, fallback: number): number;
  float(name: string): number | undefined;
  float(name: string, fallback?: number): number | undefined {
    const found = this.map.get(name);
    return found?.kind === 'float' ? found.value : fallback;
  }

  string(name: string, fallback: string): string;
  string(name: string): string | undefined;
  string(name: string, fallback?: string): string | undefined {
    const found = this.map.get(name);
    return found?.kind === 'string' ? found.value : fallback;
  }

  ints(name: string, fallback: readonly number[]): readonly number[];
  ints(name: string): readonly number[] | undefined;
  ints(name: string, fallback?: readonly number[]): readonly number[] | undefined {
    const found = this.map.get(name);
    return found?.kind === 'ints' ? found.value : fallback;
  }

  floats(name: string, fallback: readonly number[]): readonly number[];
  floats(name: string): readonly number[] | undefined;
  floats(name: string, fallback?: readonly number[]): readonly number[] | undefined {
    const found = this.map.get(name);
    return found?.kind === 'floats' ? found.value : fallback;
  }

  tensor(name: string): Tensor | undefined {
    const found = this.map.get(name);
    return found?.kind === 'tensor' ? found.value : undefined;
  }

  /** A copy with some attributes set; `undefined` takes one out. */
  with(inputs: AttributeInputs): Attributes {
    const map = new Map(this.map);
    for (const [name, value] of Object.entries(inputs))
      if (value === undefined) map.delete(name);
      else map.set(name, toAttribute(name, value));
    return new Attributes(map);
  }
}

/** An attribute that is a float whatever its name. */
export const floatAttribute = (value: number): Attribute => ({ kind: 'float', value });

function toAttribute(name: string, value: AttributeInput): Attribute {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'boolean') return { kind: 'int', value: value ? 1 : 0 };
  if (typeof value === 'number')
    return { kind: FLOAT_NAMES.has(name) || !Number.isInteger(value) ? 'float' : 'int', value };
  if (isList(value)) {
    if (value.some((item) => typeof item === 'string')) return { kind: 'strings', value: value as readonly string[] };
    const numbers = value as readonly number[];
    const whole = !FLOAT_NAMES.has(name) && numbers.every(Number.isInteger);
    return { kind: whole ? 'ints' : 'floats', value: numbers };
  }
  return 'kind' in value ? value : { kind: 'tensor', value };
}

const isList = (value: object): value is readonly number[] | readonly string[] => Array.isArray(value);
