/** The made-up project of the mock: its images, what was changed about them, and the gestures that can be undone. */
import { type Input, type LabelChange, type Output, type StudioEvent } from '../../electron/contract/contract.ts';
import { type ActionInfo, type ClassInfo, type ProjectInfo, type Tile } from '../../electron/contract/words.ts';
import { classes as classList, tileOf, truth } from './data.ts';

export type MockProject = ReturnType<typeof mockProject>;

export function mockProject(options: URLSearchParams, emit: (event: StudioEvent) => void) {
  const images = Number(options.get('images') ?? 4710);
  const labelledUpTo = Math.round(images / 3);
  const classes: ClassInfo[] = images === 0 ? [] : classList();
  const changes = new Map<number, Partial<Tile>>();
  const views = new Map<number, Uint32Array>();
  const undo: { action: ActionInfo; before: Map<number, Partial<Tile>> }[] = [];
  let last = 1;
  const next = (): number => last++;

  const tile = (id: number): Tile => ({ ...tileOf(id, id <= labelledUpTo), ...changes.get(id) });
  const ids = (): number[] => Array.from({ length: images }, (_, i) => i + 1);
  function counted(): ClassInfo[] {
    const totals = new Array<number>(classes.length + 1).fill(0);
    for (let id = 1; id <= Math.min(images, 20_000); id++) {
      const c = changes.get(id)?.class ?? (id <= labelledUpTo ? truth(id) + 1 : null);
      if (c) totals[c] = (totals[c] ?? 0) + 1;
    }
    return classes.map((c) => ({
      ...c,
      counts: { train: totals[c.id] ?? 0, validation: 0, test: 0, none: 0, total: totals[c.id] ?? 0 },
    }));
  }
  const info = (): ProjectInfo => ({
    path: '/home/user/Assay/doc-17.assay',
    name: 'doc-17',
    readOnly: false,
    revision: undo.length + 1,
    images,
    labelled: labelledUpTo,
    unreadable: Math.round(images * 0.002),
    missing: 0,
    excluded: 12,
    unsure: 20,
    splits: { train: labelledUpTo, validation: 0, test: images - labelledUpTo, none: 0 },
    runs: 3,
    openFindings: 21,
    undo: undo.at(-1)?.action ?? null,
    redo: null,
  });
  const matches = (query: string): number[] => {
    const byClass = /class:"?([^"\s]+(?: [^":\s]+)*)"?/.exec(query)?.[1];
    if (byClass === 'none') return ids().filter((id) => tile(id).class === null);
    const found = classes.filter((c) => byClass?.split(',').includes(c.name));
    if (found.length > 0)
      return ids().filter((id) =>
        found.some((c) => c.id === tile(id).class || (c.id === tile(id).ghost?.class && tile(id).class === null)),
      );
    if (query.includes('is:unreadable')) return ids().filter((id) => tile(id).status === 'unreadable');
    if (query.includes('nothing')) return [];
    return ids();
  };
  function touched(selection: Input<'labels.apply'>['selection']): number[] {
    if ('ids' in selection) return selection.ids;
    if ('query' in selection) return matches(selection.query);
    const view = views.get(selection.view) ?? new Uint32Array();
    return selection.ranges.flatMap(([from, to]) => [...view.subarray(from, to)]);
  }
  function change(list: number[], make: (t: Tile) => Partial<Tile>, kind: string): Output<'labels.apply'> {
    const before = new Map(list.map((id) => [id, changes.get(id) ?? {}]));
    for (const id of list) changes.set(id, { ...changes.get(id), ...make(tile(id)) });
    const action = { id: next(), at: Date.now(), kind, summary: `${list.length} images`, changed: list.length };
    undo.push({ action, before });
    queueMicrotask(() => emit({ type: 'changed', revision: undo.length, what: ['labels'] }));
    return { action, changed: list.length, spared: 0, revision: undo.length };
  }

  return { images, classes, changes, views, undo, next, tile, ids, counted, info, matches, touched, change };
}

export const patch = ({ class: klass, unsure, excluded, split, note }: LabelChange): Partial<Tile> => ({
  ...(klass === undefined ? {} : { class: klass }),
  ...(unsure === undefined ? {} : { unsure }),
  ...(excluded === undefined ? {} : { excluded }),
  ...(split === undefined ? {} : { split }),
  ...(note === undefined ? {} : { note }),
});
