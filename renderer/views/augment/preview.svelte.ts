/** The pictures of the Augment view: the very draws of training for some images. */
import { type Client } from '../../../electron/contract/client.ts';
import { type Output } from '../../../electron/contract/contract.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { type Plan } from '../../../electron/contract/plan.ts';
import { debounced, Latest } from '../latest.ts';
import { drawable } from './plan.ts';

export type Preview = Output<'augment.preview'>;

export class PreviewState {
  seed = $state(1);
  draws = $state(4);
  pick = $state(8);
  size = $state(224);
  /** Which images; empty: some of every class in turn. */
  query = $state('');
  /** Whether the query finds any image. */
  found = $state(true);
  rows = $state.raw<Preview | null>(null);
  error = $state.raw<AssayError | null>(null);
  busy = $state(false);

  readonly #client: Client;
  readonly #plan: () => Plan;
  readonly #draw = new Latest();
  readonly #soon = debounced(() => void this.draw(), 180);

  constructor(client: Client, plan: () => Plan) {
    this.#client = client;
    this.#plan = plan;
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

  soon(): void {
    this.#soon();
  }

  async draw(): Promise<void> {
    this.#soon.cancel();
    this.busy = true;
    const { pick, draws, size, seed, query } = this;
    const plan = drawable(this.#plan());
    const answer = await this.#draw.ask(async (signal) => {
      const images = query === '' ? [] : await this.#images(query, pick, signal);
      if (query !== '' && images.length === 0) return null;
      return this.#client.call('augment.preview', { plan, images, pick, draws, size, seed }, { signal });
    });
    if (!answer) return;
    this.busy = false;
    this.error = answer.error;
    if (answer.error) return;
    this.found = answer.value !== null;
    // The old pictures stay on screen until new ones are there.
    this.rows = answer.value ?? [];
  }

  async #images(query: string, count: number, signal: AbortSignal): Promise<number[]> {
    const { view, tiles } = await this.#client.call('view.open', { query, first: count }, { signal });
    await this.#client.call('view.close', { view });
    return tiles.map(({ id }) => id);
  }

  dispose(): void {
    this.#draw.stop();
    this.#soon.cancel();
  }
}
