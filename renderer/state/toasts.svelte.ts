/** Short notes at the bottom: what was done, with Undo; what failed, with the remedy. */
import { type AssayError } from '../../electron/contract/errors.ts';

export interface ToastInfo {
  id: number;
  text: string;
  /** A second line: the remedy of an error. */
  more: string | null;
  kind: 'note' | 'error';
  undo: boolean;
}

const SHOWN_MS = 6_000;
const ERROR_MS = 15_000;

export class Toasts {
  list = $state.raw<readonly ToastInfo[]>([]);
  /** The newest note, for the status line. */
  last = $state.raw<ToastInfo | null>(null);
  #next = 1;

  note(text: string, { undo = false } = {}): void {
    this.#add({ id: this.#next++, text, more: null, kind: 'note', undo }, SHOWN_MS);
  }

  error(error: AssayError): void {
    this.#add({ id: this.#next++, text: error.message, more: error.remedy, kind: 'error', undo: false }, ERROR_MS);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: ToastInfo, ms: number): void {
    // One of a kind at a time: the newest says what matters now.
    this.list = [...this.list.filter((t) => t.kind !== toast.kind), toast];
    if (toast.kind === 'note') this.last = toast;
    setTimeout(() => this.dismiss(toast.id), ms);
  }
}
