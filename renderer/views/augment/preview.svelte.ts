/** The pictures of the Augment view: the very draws of training for some images, each op alone, or the degraded twin. */
import { type Client } from '../../../electron/contract/client.ts';
import { type Input, type Output } from '../../../electron/contract/contract.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { type Plan } from '../../../electron/contract/plan.ts';
import { type Policy } from '../../../electron/contract/words.ts';
import { debounced, Latest } from '../latest.ts';
import { type Ops } from './ops.ts';
import { drawable, drawablePlace, opsAt, planOf, type Place, type Tier } from './plan.ts';

export type Preview = Output<'augment.preview'>;
export const MODES = ['draws', 'strip', 'wipe', 'robust'] as const;
export type Mode = (typeof MODES)[number];
/** A list of ops of the plan. */
export interface ListPlace {
  place: Place;
  tier: Tier;
}
export const SIZES = [128, 224, 320, 384, 512] as const;
/** Images in each mode: a strip has a row an op, so it takes few. */
const PICK: Record<Mode, number> = { draws: 8, strip: 5, wipe: 3, robust: 12 };
const NOTHING: Policy = { name: 'none', ops: [] };

/** What is on screen: the old pictures stay until new ones are there, and belong to what was asked then. */
export interface Shown {
  mode: Mode;
  rows: Preview;
  /** Of a strip: its ops, one a draw of each row. */
  ops: Ops;
  list: ListPlace;
}

export class PreviewState {
  seed = $state(1);
  draws = $state(4);
  size = $state(224);
  fit = $state<'letterbox' | 'stretch'>('letterbox');
  mode = $state<Mode>('draws');
  /** Whose ops the strip shows. */
  list = $state.raw<ListPlace>({ place: null, tier: 'base' });
  /** Which images; empty: some of every class in turn. */
  query = $state('');
  /** Whether the query finds any image. */
  found = $state(true);
  shown = $state.raw<Shown | null>(null);
  error = $state.raw<AssayError | null>(null);
  busy = $state(false);
  /** What degrades the robust validation set. */
  twin: Policy = NOTHING;

  readonly #client: Client;
  readonly #plan: () => Plan;
  readonly #onshown: (shown: Shown, plan: Plan, seed: number) => void;
  readonly #draw = new Latest();
  readonly #soon = debounced(() => void this.draw(), 180);

  /** @param onshown told when pictures are there, with the plan and seed that they were drawn by */
  constructor(
    client: Client,
    plan: () => Plan,
    onshown: (shown: Shown, plan: Plan, seed: number) => void = () => undefined,
  ) {
    this.#client = client;
    this.#plan = plan;
    this.#onshown = onshown;
  }

  redraw(): void {
    this.useSeed(this.seed + 1);
  }

  useSeed(seed: number): void {
    this.seed = seed;
    void this.draw();
  }

  useQuery(query: string): void {
    this.query = query.trim();
    void this.draw();
  }

  useSize(size: number): void {
    this.size = size;
    void this.draw();
  }

  useMode(mode: Mode): void {
    this.mode = mode;
    void this.draw();
  }

  useList(list: ListPlace): void {
    this.list = list;
    if (this.mode === 'strip') void this.draw();
  }

  soon(): void {
    this.#soon();
  }

  async draw(): Promise<void> {
    this.#soon.cancel();
    this.busy = true;
    const { mode, seed } = this;
    const plan = this.#plan();
    const list = this.#listOf(plan);
    const ops = mode === 'strip' ? opsAt(plan, list.place, list.tier) : [];
    const answer = await this.#draw.ask(async (signal) => {
      const images = await this.#images(mode, signal);
      if (images === null) return null;
      const common = { images, pick: PICK[mode], size: this.size, fit: this.fit, seed };
      if (mode === 'robust') return this.#ask({ ...common, policy: this.twin, draws: 1 }, signal);
      const asked = { ...common, plan: drawable(plan), draws: mode === 'wipe' ? 1 : this.draws };
      if (mode !== 'strip') return this.#ask(asked, signal);
      const group = drawablePlace(plan, list.place);
      return group === undefined ? [] : this.#ask({ ...asked, strip: { group, tier: list.tier } }, signal);
    });
    if (!answer) return;
    this.busy = false;
    this.error = answer.error;
    if (answer.error) return;
    this.found = answer.value !== null;
    this.shown = { mode, rows: answer.value ?? [], ops, list };
    this.#onshown(this.shown, mode === 'robust' ? planOf(this.twin) : plan, seed);
  }

  #ask(input: Input<'augment.preview'>, signal: AbortSignal): Promise<Preview> {
    return this.#client.call('augment.preview', input, { signal });
  }

  /** A group that was removed leaves its strip to the first list there is. */
  #listOf(plan: Plan): ListPlace {
    const { place, tier } = this.list;
    const group = place === null ? undefined : plan.groups[place];
    if (place === null ? plan.groups.length === 0 || plan.rest.length > 0 : group)
      return group?.heavy || tier === 'base' ? this.list : { place, tier: 'base' };
    return { place: plan.groups.length > 0 ? 0 : null, tier: 'base' };
  }

  /** Null where a query finds nothing; none named: the engine picks. The twin is one of validation images, if any. */
  async #images(mode: Mode, signal: AbortSignal): Promise<number[] | null> {
    const { query } = this;
    if (query === '' && mode !== 'robust') return [];
    const { view, tiles } = await this.#client.call(
      'view.open',
      { query: query === '' ? 'split:validation' : query, first: PICK[mode] },
      { signal },
    );
    await this.#client.call('view.close', { view });
    return tiles.length === 0 && query !== '' ? null : tiles.map(({ id }) => id);
  }

  dispose(): void {
    this.#draw.stop();
    this.#soon.cancel();
  }
}
