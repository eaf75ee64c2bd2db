/** What a key does to images: shown at once, written, and taken back if it is refused. */
import { type LabelChange } from '../../../electron/contract/contract.ts';
import { type ClassInfo, type Tile } from '../../../electron/contract/words.ts';
import { t } from '../../messages/messages.svelte.ts';
import { type ImagesState } from './images.svelte.ts';

/** Images of the test split are mended, never excluded or left without a label; one that cannot be read is not measured on. */
const kept = (tile: Tile, split = tile.split): boolean => split === 'test' && tile.status !== 'unreadable';

/** The tile after a change. */
export function changed(tile: Tile, change: LabelChange): Tile {
  const stays = kept(tile, change.split ?? tile.split);
  return {
    ...tile,
    class: change.class === undefined || (change.class === null && stays) ? tile.class : change.class,
    unsure: change.unsure ?? tile.unsure,
    excluded: change.excluded === true && stays ? tile.excluded : (change.excluded ?? tile.excluded),
    split: change.split ?? tile.split,
  };
}

/** The tile after its ghost was accepted. */
export function accepted(tile: Tile, above: number): Tile {
  return tile.ghost && tile.ghost.p >= above ? { ...tile, class: tile.ghost.class } : tile;
}

/** Writes a change to what is selected. `said` makes the note from the number of images that it changed and spared. */
export async function apply(
  state: ImagesState,
  change: LabelChange,
  said: (n: number, spared: number) => string,
  advance = false,
): Promise<void> {
  const rows = state.touched;
  const selection = state.whom(rows);
  const store = state.store;
  if (!selection || !store) return;
  store.patch(rows, (tile) => changed(tile, change));
  if (advance) state.advance();
  await write(state, async () => {
    const {
      changed: n,
      action,
      spared,
    } = await store.write(() => state.session.client.call('labels.apply', { selection, change }));
    state.session.toasts.note(n === 0 ? t('images.nothingChanged') : said(n, spared), { undo: action !== null });
  });
}

/** `advance`: moves on where the setting says so; Shift keeps one where one is. */
export function label(state: ImagesState, to: ClassInfo | null, advance: boolean): Promise<void> {
  const name = to?.name ?? '';
  const said = (n: number, spared: number): string => {
    if (to) return t('images.labelled', { n, class: name });
    return spared > 0 ? t('images.unlabelledBut', { n, spared }) : t('images.unlabelled', { n });
  };
  return apply(state, { class: to?.id ?? null }, said, advance && state.session.settings.autoAdvance);
}

/** Accepts predictions of what is selected, from a probability on. */
export async function accept(state: ImagesState, above: number, advance: boolean): Promise<void> {
  const rows = state.touched;
  const selection = state.whom(rows);
  const store = state.store;
  if (!selection || !store) return;
  store.patch(rows, (tile) => accepted(tile, above));
  if (advance && state.session.settings.autoAdvance) state.advance();
  await write(state, async () => {
    const { changed: n, action } = await store.write(() =>
      state.session.client.call('labels.accept', { selection, above }),
    );
    state.session.toasts.note(n === 0 ? t('images.nothingAccepted') : t('images.accepted', { n }), {
      undo: action !== null,
    });
  });
}

/** A mark that is taken away where all of the selection that is on screen has it. */
export function toggleMark(state: ImagesState, mark: 'unsure' | 'excluded'): Promise<void> {
  const rows = state.touched;
  const known = rows.ranges.flatMap(([from, to]) => {
    const tiles: Tile[] = [];
    for (let row = from; row < Math.min(to, from + 500); row++) {
      const tile = state.store?.get(row);
      if (tile) tiles.push(tile);
    }
    return tiles;
  });
  // What cannot be excluded says nothing of whether the rest is.
  const free = mark === 'excluded' ? known.filter((tile) => tile.excluded || !kept(tile)) : known;
  const to = free.length === 0 || !free.every((tile) => tile[mark]);
  const key =
    mark === 'unsure'
      ? to
        ? 'images.markedUnsure'
        : 'images.unmarkedUnsure'
      : to
        ? 'images.excluded'
        : 'images.included';
  return apply(state, { [mark]: to }, (n, spared) =>
    spared > 0 ? t('images.excludedBut', { n, spared }) : t(key, { n }),
  );
}

/** Saves the note of one image; an empty one is taken away. */
export async function saveNote(state: ImagesState, id: number, text: string): Promise<void> {
  await write(state, async () => {
    const note = text.trim() === '' ? null : text;
    const { action } = await state.session.client.call('labels.apply', { selection: { ids: [id] }, change: { note } });
    if (action) state.session.toasts.note(t('images.noteSaved'), { undo: true });
  });
}

async function write(state: ImagesState, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    state.session.fail(thrown);
  }
}
