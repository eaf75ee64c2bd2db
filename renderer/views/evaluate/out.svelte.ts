/** What leaves the view as a file: the report of the run on screen. Its model is a study (studies.svelte.ts). */
import { type Client } from '../../../electron/contract/client.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { type RunInfo } from '../../../electron/contract/words.ts';
import { Latest } from '../latest.ts';
import { type EvaluationSplit } from './evaluate.svelte.ts';

/** A name for a run's file: letters of any script, digits, dots and dashes. */
export const fileNameFor = (run: Pick<RunInfo, 'id' | 'name'>, ending: string): string =>
  `run-${run.id}-${run.name}`.replace(/[^\p{L}\p{N}.-]+/gu, '-').replace(/-+$/, '') + ending;

export class OutState {
  busy = $state(false);
  /** Where the last report went. */
  path = $state<string | null>(null);
  error = $state.raw<AssayError | null>(null);
  readonly #client: Client;
  readonly #ask = new Latest();

  constructor(client: Client) {
    this.#client = client;
  }

  async report(run: number, split: EvaluationSplit, out: string): Promise<void> {
    this.busy = true;
    this.path = null;
    const answer = await this.#ask.ask((signal) => this.#client.call('runs.report', { run, split, out }, { signal }));
    if (!answer) return;
    this.busy = false;
    this.error = answer.error;
    this.path = answer.value?.out ?? null;
  }

  dispose(): void {
    this.#ask.stop();
  }
}
