/** Slices of the project and what the run on screen is on each: asked again for every newer evaluation. */
import { type Client } from '../../../../electron/contract/client.ts';
import { type AssayError, toAssayError } from '../../../../electron/contract/errors.ts';
import { type SliceTable } from '../../../../electron/contract/evaluation.ts';
import { type EvaluationInfo } from '../../../../electron/contract/words.ts';
import { Latest } from '../../latest.ts';
import { isEvaluationSplit } from '../evaluate.svelte.ts';

export type SliceLine = SliceTable['slices'][number];

export class SlicesState {
  /** What stands in the field. */
  text = $state('');
  table = $state.raw<SliceTable | null>(null);
  error = $state.raw<AssayError | null>(null);
  /** Why the query in the field was not taken. */
  refused = $state.raw<AssayError | null>(null);

  readonly #client: Client;
  readonly #ask = new Latest();
  #asked: EvaluationInfo | null = null;
  #of: { run: number; split: SliceTable['split'] } | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Asks once for every evaluation, by identity. */
  async of(evaluation: EvaluationInfo): Promise<void> {
    const { run, split } = evaluation;
    if (this.#asked === evaluation || !isEvaluationSplit(split)) return;
    if (this.#of?.run !== run || this.#of.split !== split) this.table = null;
    this.#asked = evaluation;
    this.#of = { run, split };
    await this.#load();
  }

  type(text: string): void {
    this.text = text;
    this.refused = null;
  }

  /** Keeps the query in the field. True where it was taken. */
  async add(): Promise<boolean> {
    const query = this.text.trim();
    if (query === '') return false;
    const done = await this.#keep((before) => [...before, query]);
    if (done) this.text = '';
    return done;
  }

  async remove(query: string): Promise<void> {
    await this.#keep((before) => before.filter((one) => one !== query));
  }

  dispose(): void {
    this.#ask.stop();
  }

  async #keep(change: (before: string[]) => string[]): Promise<boolean> {
    try {
      const { queries } = await this.#client.call('slices.list', {});
      await this.#client.call('slices.set', { queries: change(queries) });
    } catch (thrown) {
      this.refused = toAssayError(thrown);
      return false;
    }
    this.refused = null;
    await this.#load();
    return true;
  }

  async #load(): Promise<void> {
    const of = this.#of;
    if (!of) return;
    const answer = await this.#ask.ask((signal) => this.#client.call('runs.slices', of, { signal }));
    if (!answer) return;
    this.error = answer.error;
    if (answer.value) this.table = answer.value;
    else this.#asked = null;
  }
}
