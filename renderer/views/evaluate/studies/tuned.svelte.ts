/** The tuning of the run that is looked at, asked for again when runs change. */
import { type Client } from '../../../../electron/contract/client.ts';
import { type Tuned } from '../../../../electron/contract/tune.ts';
import { Latest } from '../../latest.ts';

export class TunedState {
  /** Null: none, or not known yet. */
  tuned = $state.raw<Tuned | null>(null);
  readonly #client: Client;
  readonly #latest = new Latest();

  constructor(client: Client) {
    this.#client = client;
  }

  async of(run: number | null): Promise<void> {
    if (run === null || this.tuned?.run !== run) this.tuned = null;
    if (run === null) return;
    const answer = await this.#latest.ask((signal) => this.#client.call('runs.tuned', { run }, { signal }));
    // A run that is gone meanwhile has none.
    if (answer) this.tuned = answer.error ? null : answer.value.tuned;
  }

  dispose(): void {
    this.#latest.stop();
  }
}
