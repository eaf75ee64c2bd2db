/** What the renderer is handed. It cannot tell which door it came through. */
import { type Input, type Output, type ProcedureName, type StudioEvent } from './contract.ts';

export interface Client {
  /** Rejects with an AssayError. Aborting the signal cancels the work in the engine, not only the wait. */
  call<K extends ProcedureName>(name: K, input: Input<K>, options?: { signal?: AbortSignal }): Promise<Output<K>>;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: StudioEvent) => void): () => void;
  /** Told when the studio cannot be reached and when it can again. */
  onConnection(listener: (connected: boolean) => void): () => void;
  /** Address of a picture, for an img element: see pictures.ts. */
  picture(address: string): string;
  /** The system's dialogs; null where the door has none (then `folders.list` serves). */
  dialogs: {
    folder(title: string): Promise<string | null>;
    file(title: string, extensions: string[]): Promise<string | null>;
    save(title: string, suggestion: string): Promise<string | null>;
  } | null;
  /** The path of a dropped file where the door knows it. */
  pathOf(file: File): string | null;
}
