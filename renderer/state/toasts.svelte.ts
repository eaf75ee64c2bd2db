/** Short notes at the bottom: what was done, with Undo; what failed, with the remedy. */
import { type AssayError } from '../../electron/contract/errors.ts';

/** Something to do about a note. */
export interface Offer {
  title: string;
  run: () => void;
}

export interface ToastInfo {
  id: number;
  /** Empty for an error: its sentence follows the language. */
  text: string;
  error: AssayError | null;
  undo: boolean;
  offer: Offer | null;
}

const SHOWN_MS = 6_000;
const ERROR_MS = 15_000;

export class Toasts {
  list = $state.raw<readonly ToastInfo[]>([]);
  /** The newest note, for the status line. */
  last = $state.raw<ToastInfo | null>(null);
  /** While one points at them, none goes away. */
  #held = false;
  #due: number[] = [];
  #next = 1;

  note(text: string, { undo = false, offer = null }: { undo?: boolean; offer?: Offer | null } = {}): void {
    this.#add({ id: this.#next++, text, error: null, undo, offer }, SHOWN_MS);
  }

  /** Only in the status line: for gestures that follow each other in seconds, where a toast would lie over the work. */
  quietly(text: string, { undo = false }: { undo?: boolean } = {}): void {
    this.last = { id: this.#next++, text, error: null, undo, offer: null };
  }

  error(error: AssayError): void {
    this.#add({ id: this.#next++, text: '', error, undo: false, offer: null }, ERROR_MS);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  hold(held: boolean): void {
    this.#held = held;
    if (held) return;
    for (const id of this.#due.splice(0)) this.dismiss(id);
  }

  #add(toast: ToastInfo, ms: number): void {
    // One of a kind at a time: the newest says what matters now.
    const kind = (one: ToastInfo): boolean => one.error === null;
    this.list = [...this.list.filter((one) => kind(one) !== kind(toast)), toast];
    if (toast.error === null) this.last = toast;
    setTimeout(() => {
      if (this.#held) this.#due.push(toast.id);
      else this.dismiss(toast.id);
    }, ms);
  }
}
