/**
 * A value of the network in one or more memory layouts. Layouts are made from each other when somebody asks, once.
 *
 * - `plain`: [n, c, h, w], what ONNX says.
 * - `blocked`: [n, c / block, h, w, block], the runtime's own layout for convolutions (domain com.microsoft.nchwc).
 *   Its graph value reports the shape [n, C, h, w] with C = c rounded up to a multiple of the block; what the surplus
 *   channels hold is finite and means nothing.
 * - `rows`: [n h w, c], what matrix products want.
 * - `places`: [n h w / block, c, block], for sums over places by a blocked convolution; n h w is a multiple of the block.
 */
import { type DataType, sizeOf, type Value } from '../../onnx/index.ts';
import { type Conv } from './filter-gradient.ts';
import { type Kit } from './kit.ts';

export type Layout = 'plain' | 'blocked' | 'rows' | 'places';

/** scale * x + bias by channel. */
export interface Affine {
  readonly x: Value;
  readonly scale: Value;
  readonly bias?: Value;
}

export interface Activation {
  readonly activation: string;
  readonly parameters?: readonly number[];
}

/** What the blocked convolutions do in the same pass over memory: activation(result + sum). */
export interface Joined extends Partial<Activation> {
  readonly sum?: Value;
}

/** A blocked value that is not yet computed, for an addition and an activation to join. */
export interface Pending {
  readonly sum?: Value;
  readonly run: (joined: Joined) => Value;
  /** Clip must not join: a channel without weights lies exactly on a bound, where the result cannot tell the slope. */
  readonly ties?: boolean;
  /** The pointwise convolution that this is, for a normalisation that needs only its inputs. */
  readonly product?: Conv;
}

export class Layered {
  readonly shape: readonly number[];
  readonly type: DataType;
  readonly #kit: Kit;
  readonly #forms = new Map<Layout, Value>();
  #pending: Pending | undefined;

  constructor(kit: Kit, shape: readonly number[], type: DataType) {
    this.#kit = kit;
    this.shape = shape;
    this.type = type;
  }

  with(layout: Layout, value: Value): this {
    this.#forms.set(layout, value);
    return this;
  }

  /** To be computed when asked for. */
  deferring(pending: Pending): this {
    this.#pending = pending;
    return this;
  }

  /** What was deferred, if nobody has asked for it. */
  get pending(): Pending | undefined {
    return this.#pending;
  }

  has(layout: Layout): boolean {
    return this.#forms.has(layout) || (layout === 'blocked' && this.#pending !== undefined);
  }

  /** The layout that costs nothing, for operators that take any: not plain, if there is a choice. */
  get layout(): Layout {
    if (this.has('blocked')) return 'blocked';
    return this.has('rows') ? 'rows' : 'plain';
  }

  /** Elements an image and channel. */
  get places(): number {
    return sizeOf(this.shape.slice(2));
  }

  in(layout: Layout): Value {
    this.#settle();
    const known = this.#forms.get(layout);
    if (known !== undefined) return known;
    const made = this.#convert(layout);
    this.#forms.set(layout, made);
    return made;
  }

  #settle(): void {
    if (this.#pending === undefined) return;
    const { run, sum } = this.#pending;
    this.#pending = undefined;
    this.#forms.set('blocked', run({ sum }));
  }

  #convert(to: Layout): Value {
    const kit = this.#kit;
    const [plain, blocked, rows] = (['plain', 'blocked', 'rows'] as const).map((layout) => this.#forms.get(layout));
    switch (to) {
      case 'plain':
        return blocked !== undefined ? kit.blockedToPlain(blocked, this.shape) : kit.rowsToPlain(rows!, this.shape);
      case 'blocked':
        return plain !== undefined ? kit.plainToBlocked(plain, this.shape) : kit.rowsToBlocked(rows!, this.shape);
      case 'rows':
        return plain !== undefined ? kit.plainToRows(plain, this.shape) : kit.blockedToRows(blocked!, this.shape);
      case 'places':
        return kit.rowsToPlaces(this.in('rows'), this.shape);
    }
  }
}
