/** One answer of the engine that is asked again when labels, findings or runs change. */
import { type Client } from '../../../electron/contract/client.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { debounced, Latest } from '../latest.ts';

export class Answer<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<AssayError | null>(null);
  readonly #ask: (signal: AbortSignal) => Promise<T>;
  readonly #latest = new Latest();

  constructor(ask: (signal: AbortSignal) => Promise<T>) {
    this.#ask = ask;
  }

  /** Asks, and goes on asking with every change. @returns what ends it */
  follow(client: Client): () => void {
    const again = debounced(() => void this.#load(), 200);
    void this.#load();
    const end = client.subscribe((event) => {
      if (event.type === 'changed' && event.what.some((w) => w === 'labels' || w === 'findings' || w === 'runs'))
        again();
    });
    return () => {
      end();
      again.cancel();
      this.#latest.stop();
    };
  }

  async #load(): Promise<void> {
    const answer = await this.#latest.ask(this.#ask);
    if (!answer) return;
    if (answer.error) this.error = answer.error;
    else [this.value, this.error] = [answer.value, null];
  }
}
