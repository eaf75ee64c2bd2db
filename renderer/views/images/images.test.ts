import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { AssayError } from '../../../electron/contract/errors.ts';
import { type ProjectInfo, type Tile } from '../../../electron/contract/words.ts';
import { Session } from '../../state/session.svelte.ts';
import { fakeClient } from '../fake-client.ts';
import { aTile } from '../samples.ts';
import { ImagesState } from './images.svelte.ts';
import { accept, apply, label, toggleMark } from './labelling.ts';
import { PAGE } from './tile-store.svelte.ts';

const info = { path: '/p', name: 'p', images: 300, labelled: 0, undo: null, redo: null } as unknown as ProjectInfo;
const klass = {
  id: 2,
  name: 'letter',
  shortName: null,
  key: '2',
  colour: 1,
  group: null,
  order: 1,
  counts: { train: 0, validation: 0, test: 0, none: 0, total: 0 },
};

/** A view over images 1…total in order. */
async function opened(more: Parameters<typeof fakeClient>[0] = {}, total = 300) {
  const tiles = Array.from({ length: total }, (_, i): Tile =>
    aTile(i + 1, { ghost: { run: 1, class: 2, p: i % 2 === 0 ? 0.95 : 0.5 } }),
  );
  const client = fakeClient({
    'settings.get': () => ({
      theme: 'dark',
      locale: 'en',
      density: 'comfortable',
      author: '',
      autoAdvance: true,
      tileSize: 132,
    }),
    'project.info': () => info,
    'classes.list': () => [klass],
    'jobs.list': () => [],
    'view.open': ({ first = 120 }) => ({
      view: 9,
      revision: 1,
      total,
      groups: [],
      chips: [],
      tiles: tiles.slice(0, first),
    }),
    'view.tiles': ({ from, count }) => ({ from, tiles: tiles.slice(from, from + count) }),
    'view.close': () => ({}),
    'view.rows': ({ ids }) => ids.map((id) => id - 1),
    'labels.apply': () => ({ action: null, changed: 1, spared: 0, revision: 2 }),
    'labels.accept': () => ({ action: null, changed: 1, spared: 0, revision: 2 }),
    ...more,
  });
  const session = new Session(client);
  await vi.waitFor(() => expect(session.ready).toBe(true));
  const images = new ImagesState(session);
  await images.run();
  return { client, session, images };
}

describe('labelling', () => {
  it('shows a label before the engine has answered', async () => {
    let answer: () => void = () => undefined;
    const { images } = await opened({
      'labels.apply': () =>
        new Promise((resolve) => (answer = () => resolve({ action: null, changed: 1, spared: 0, revision: 2 }))),
    });
    images.go(0);
    const written = label(images, klass, false);
    expect(images.tile(0)?.class).toBe(2);
    await vi.waitFor(() => expect(answer).not.toBe(undefined));
    answer();
    await written;
    expect(images.tile(0)?.class).toBe(2);
  });

  it('takes a refused label back and says why', async () => {
    const { images, session } = await opened({
      'labels.apply': () => {
        throw new AssayError('label/class-unknown', { subject: 'letter' });
      },
    });
    images.store?.want(0, 10);
    images.go(0);
    await label(images, klass, false);
    await vi.waitFor(() => expect(images.tile(0)?.class).toBe(1));
    expect(session.toasts.list[0]?.error?.code).toBe('label/class-unknown');
  });

  it('moves on after a label, and stays with Shift or where the setting says so', async () => {
    const { images, session } = await opened();
    images.go(4);
    await label(images, klass, true);
    expect(images.selection.cursor).toBe(5);
    await label(images, klass, false);
    expect(images.selection.cursor).toBe(5);
    session.settings = { ...session.settings, autoAdvance: false };
    await label(images, klass, true);
    expect(images.selection.cursor).toBe(5);
  });

  it('sends a whole result as one range and shows it at once', async () => {
    const { images, client } = await opened();
    images.selection.all(0, images.total);
    await label(images, klass, false);
    expect(client.inputs('labels.apply')).toEqual([
      { selection: { view: 9, ranges: [[0, 300]] }, change: { class: 2 } },
    ]);
    expect(images.tile(PAGE - 1)?.class).toBe(2);
  });

  it('labels only the image in the loupe while it is open, whatever is selected', async () => {
    const { images, client } = await opened();
    images.selection.all(0, 20);
    images.selection.cursor = 3;
    images.loupe = true;
    await label(images, klass, false);
    expect(client.inputs('labels.apply')[0]?.selection).toEqual({ view: 9, ranges: [[3, 4]] });
  });

  it('accepts above a probability only those that reach it', async () => {
    const { images } = await opened();
    images.selection.all(0, 4);
    await accept(images, 0.9, false);
    expect([0, 1, 2, 3].map((row) => images.tile(row)?.class)).toEqual([2, 1, 2, 1]);
  });

  it('shows images of the test split as they stay, and says how many', async () => {
    const { images, session, client } = await opened({
      'labels.apply': () => ({ action: null, changed: 2, spared: 1, revision: 2 }),
    });
    images.store?.patchImages(new Set([2]), (tile) => ({ ...tile, split: 'test' }));
    images.selection.all(0, 3);
    await toggleMark(images, 'excluded');
    expect([0, 1, 2].map((row) => images.tile(row)?.excluded)).toEqual([true, false, true]);
    expect(session.toasts.list.at(-1)?.text).toContain('test split');
    // Pressed again it takes the others back: the one that stays does not count.
    await toggleMark(images, 'excluded');
    expect(client.inputs('labels.apply').map((input) => input.change)).toEqual([
      { excluded: true },
      { excluded: false },
    ]);
  });

  it('leaves images of the test split their label where it is taken from others, and says how many', async () => {
    const { images, session } = await opened({
      'labels.apply': () => ({ action: null, changed: 2, spared: 1, revision: 2 }),
    });
    images.store?.patchImages(new Set([2]), (tile) => ({ ...tile, split: 'test' }));
    images.selection.all(0, 3);
    await label(images, null, false);
    expect([0, 1, 2].map((row) => images.tile(row)?.class)).toEqual([null, 1, null]);
    expect(session.toasts.list.at(-1)?.text).toContain('test split');
  });

  it('leaves what a change does not name', async () => {
    const { images } = await opened();
    images.go(0);
    await apply(images, { unsure: true }, String);
    expect(images.tile(0)).toMatchObject({ class: 1, unsure: true, excluded: false });
  });
});

describe('the result', () => {
  it('keeps the old result on screen when a query is not understood', async () => {
    const { images } = await opened();
    const before = images.view;
    const call = vi
      .spyOn(images.session.client, 'call')
      .mockRejectedValue(new AssayError('query/invalid', { values: { position: 1, reason: '' } }));
    images.text = 'class:';
    await images.run();
    expect([images.view, images.error?.code]).toEqual([before, 'query/invalid']);
    call.mockRestore();
    images.text = '';
    await images.run();
    expect(images.error).toBeNull();
  });

  it('returns to the same image when the same filter is run again', async () => {
    const { images } = await opened();
    images.go(42);
    await images.run();
    expect(images.selection.cursor).toBe(42);
  });

  it('does not move under a hand when images are added', async () => {
    const { images, client } = await opened();
    const opens = client.inputs('view.open').length;
    images.go(3);
    images.changed(new Set(['images']));
    flushSync();
    expect([client.inputs('view.open').length, images.outdated]).toEqual([opens, true]);
  });

  it('asks only for pages in sight, and never twice for one', async () => {
    const { images, client } = await opened();
    images.store?.want(200, 210);
    images.store?.want(200, 215);
    await vi.waitFor(() => expect(images.tile(205)).toBeDefined());
    expect(client.inputs('view.tiles').map(({ from }) => from)).toEqual([2 * PAGE]);
  });
});
