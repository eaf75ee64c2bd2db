/** Backbones that were added to the project. Their files lie inside it, so that it keeps what its runs need. */
import { type BackboneInfo } from '../contract/index.ts';
import { type Store } from './store.ts';

export interface Backbone {
  info: BackboneInfo;
  /** Relative to the project's folder. */
  file: string;
  /** Preprocessing and taps as compute wants them: any JSON value. */
  spec: unknown;
}

export interface Backbones {
  /** By name. */
  list(): Backbone[];
  get(name: string): Backbone | null;
  /** Replaces one of the same name. */
  add(backbone: Backbone): void;
  remove(name: string): void;
}

interface Row {
  file: string;
  info: string;
}

const toBackbone = ({ file, info }: Row): Backbone => ({ file, ...(JSON.parse(info) as Omit<Backbone, 'file'>) });

export function createBackbones(store: Store): Backbones {
  return {
    list: () => store.all<Row>('SELECT file, info FROM backbone ORDER BY name').map(toBackbone),
    get(name) {
      const row = store.get<Row>('SELECT file, info FROM backbone WHERE name = ?', name);
      return row ? toBackbone(row) : null;
    },
    add: ({ info, file, spec }) =>
      store.aside(
        () =>
          void store.run(
            'INSERT OR REPLACE INTO backbone (name, file, info, added_at) VALUES (?, ?, ?, ?)',
            info.name,
            file,
            JSON.stringify({ info, spec }),
            store.now(),
          ),
      ),
    remove: (name) => store.aside(() => void store.run('DELETE FROM backbone WHERE name = ?', name)),
  };
}
