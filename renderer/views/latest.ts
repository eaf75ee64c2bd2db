/** One question at a time: asking again aborts the one under way, whose answer is dropped. */
import { type AssayError, toAssayError } from '../../electron/contract/errors.ts';

export type Answer<T> = { value: T; error: null } | { value: null; error: AssayError };

export class Latest {
  #controller: AbortController | null = null;

  /** Null where a newer question was asked meanwhile (or `stop` called): then there is nothing to show. */
  async ask<T>(question: (signal: AbortSignal) => Promise<T>): Promise<Answer<T> | null> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    try {
      const value = await question(controller.signal);
      return controller.signal.aborted ? null : { value, error: null };
    } catch (thrown) {
      return controller.signal.aborted ? null : { value: null, error: toAssayError(thrown) };
    }
  }

  stop(): void {
    this.#controller?.abort();
    this.#controller = null;
  }
}

/** Calls `run` once, `ms` after the last call. */
export function debounced(run: () => void, ms: number): { (): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
  return Object.assign(later, { cancel: () => clearTimeout(timer) });
}
