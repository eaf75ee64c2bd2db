/** Asking for a path: the system's dialog where the door has one, else Assay's own list of folders. */
import { type Client } from '../../electron/contract/client.ts';

export type Wanted =
  | { kind: 'folder'; title: string }
  | { kind: 'project'; title: string }
  | { kind: 'file'; title: string; extensions: string[] }
  | { kind: 'save'; title: string; suggestion: string };

export class Chooser {
  /** What the list of folders is open for; null: closed. */
  wanted = $state.raw<Wanted | null>(null);
  readonly #client: Client;
  #answer: (path: string | null) => void = () => undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** A folder of images; null where nothing was chosen. */
  folder(title: string): Promise<string | null> {
    return this.#ask({ kind: 'folder', title });
  }

  /** A project's folder. */
  project(title: string): Promise<string | null> {
    return this.#ask({ kind: 'project', title });
  }

  /** A file; extensions without the dot. */
  file(title: string, extensions: string[]): Promise<string | null> {
    return this.#ask({ kind: 'file', title, extensions });
  }

  /** A place for a new file; `suggestion` is a name or a whole path. */
  save(title: string, suggestion: string): Promise<string | null> {
    return this.#ask({ kind: 'save', title, suggestion });
  }

  /** The list of folders was closed. */
  settle(path: string | null): void {
    this.wanted = null;
    this.#answer(path);
    this.#answer = () => undefined;
  }

  #ask(wanted: Wanted): Promise<string | null> {
    const { dialogs } = this.#client;
    if (dialogs) {
      if (wanted.kind === 'file') return dialogs.file(wanted.title, wanted.extensions);
      if (wanted.kind === 'save') return dialogs.save(wanted.title, wanted.suggestion);
      return dialogs.folder(wanted.title);
    }
    this.#answer(null);
    this.wanted = wanted;
    return new Promise((resolve) => (this.#answer = resolve));
  }
}
