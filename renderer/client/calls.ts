/** Calls under way over any line: numbers them, matches answers, cancels, and fails them when the line is lost. */
import { type Client } from '../../electron/contract/client.ts';
import { type StudioEvent } from '../../electron/contract/contract.ts';
import { AssayError } from '../../electron/contract/errors.ts';
import { type ClientMessage, type DoorMessage } from '../../electron/contract/wire.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Calls {
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: StudioEvent) => void>();
  readonly #connection = new Set<(connected: boolean) => void>();
  /** Sent once there is a line. */
  #unsent: ClientMessage[] = [];
  #send: ((message: ClientMessage) => void) | null = null;
  #next = 1;

  connected(send: (message: ClientMessage) => void): void {
    this.#send = send;
    for (const message of this.#unsent.splice(0)) send(message);
    this.#connection.forEach((listen) => listen(true));
  }

  /** What was asked and not answered fails: whether it was done is not known, so nothing is asked again by itself. */
  disconnected(): void {
    this.#send = null;
    for (const { reject } of this.#waiting.values()) reject(new AssayError('door/disconnected'));
    this.#waiting.clear();
    this.#connection.forEach((listen) => listen(false));
  }

  receive(message: DoorMessage): void {
    if ('event' in message) {
      this.#listeners.forEach((listen) => listen(message.event));
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.ok) waiting?.resolve(message.result);
    else waiting?.reject(AssayError.fromWire(message.error));
  }

  readonly call: Client['call'] = (name, input, options = {}) => {
    const id = this.#next++;
    const { signal } = options;
    return new Promise<never>((resolve, reject) => {
      if (signal?.aborted) {
        reject(new AssayError('internal/cancelled'));
        return;
      }
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      signal?.addEventListener('abort', () => this.#post({ cancel: id }), { once: true });
      this.#post({ id, call: name, input });
    });
  };

  subscribe(listener: (event: StudioEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.#connection.add(listener);
    return () => void this.#connection.delete(listener);
  }

  #post(message: ClientMessage): void {
    if (this.#send) this.#send(message);
    else this.#unsent.push(message);
  }
}
