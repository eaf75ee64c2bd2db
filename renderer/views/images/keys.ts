/** What can be done in the Images view, with its keys. */
import { t } from '../../messages/messages.svelte.ts';
import { type Action } from '../../state/keys.svelte.ts';
import { type GridState } from './grid.svelte.ts';
import { type ImagesState } from './images.svelte.ts';
import { accept, label, toggleMark } from './labelling.ts';
import { type LoupeState } from './loupe.svelte.ts';

const inGrid = (): boolean => document.activeElement?.id === 'image-grid';

export function labelActions(images: ImagesState): Action[] {
  const { session } = images;
  const any = () => images.touched.count > 0;
  return [
    ...session.classes.flatMap((one): Action[] => {
      const key = one.key ?? undefined;
      const run = {
        id: `label-${one.id}`,
        title: () => t('images.labelAs', { class: one.name }),
        key,
        unlisted: true,
        enabled: any,
      };
      const stay: Action = {
        ...run,
        id: `stay-${one.id}`,
        key: `Shift+${key}`,
        hidden: true,
        run: () => void label(images, one, false),
      };
      return [{ ...run, run: () => void label(images, one, true) }, ...(key ? [stay] : [])];
    }),
    {
      id: 'accept',
      title: () => t('images.acceptPrediction'),
      key: 'Enter',
      enabled: any,
      run: () => void accept(images, 0, true),
    },
    {
      id: 'accept-above',
      title: () => t('images.acceptAllAbove', { p: images.acceptAbove.toFixed(2) }),
      key: 'Ctrl+Enter',
      enabled: any,
      run: () => void accept(images, images.acceptAbove, false),
    },
    {
      id: 'unlabel',
      title: () => t('images.removeLabel'),
      key: 'Backspace',
      enabled: any,
      run: () => void label(images, null, false),
    },
    {
      id: 'auto-advance',
      title: () => t(session.settings.autoAdvance ? 'images.autoAdvanceOff' : 'images.autoAdvanceOn'),
      key: 'Tab',
      enabled: () => inGrid() || images.loupe,
      run: () => void session.set({ autoAdvance: !session.settings.autoAdvance }),
    },
  ];
}

export function markActions(images: ImagesState, showInspector: () => void): Action[] {
  const any = () => images.touched.count > 0;
  return [
    {
      id: 'unsure',
      title: () => t('images.unsureAction'),
      key: 'u',
      enabled: any,
      run: () => void toggleMark(images, 'unsure'),
    },
    {
      id: 'exclude',
      title: () => t('images.excludeAction'),
      key: 'x',
      enabled: any,
      run: () => void toggleMark(images, 'excluded'),
    },
    {
      id: 'note',
      title: () => t('images.noteAction'),
      key: 'n',
      enabled: () => images.current !== undefined,
      run: () => {
        showInspector();
        setTimeout(() => document.getElementById('note')?.focus());
      },
    },
  ];
}

export function selectActions(images: ImagesState, grid: GridState | null): Action[] {
  const { selection } = images;
  const at = (): number => selection.cursor ?? -1;
  const enabled = (): boolean => images.total > 0;
  const vertical = (direction: -1 | 1): number =>
    selection.cursor === null ? 0 : (grid?.layout?.vertical(selection.cursor, direction) ?? 0);
  const moves: [string, string, () => number][] = [
    ['ArrowLeft', 'images.previous', () => at() - 1],
    ['ArrowRight', 'images.next', () => at() + 1],
    ['ArrowUp', 'images.above', () => (images.loupe ? at() - 1 : vertical(-1))],
    ['ArrowDown', 'images.below', () => (images.loupe ? at() + 1 : vertical(1))],
    ['PageUp', 'images.pageUp', () => grid?.page(Math.max(0, at()), -1) ?? 0],
    ['PageDown', 'images.pageDown', () => grid?.page(Math.max(0, at()), 1) ?? 0],
    ['Home', 'images.firstImage', () => 0],
    ['End', 'images.lastImage', () => images.total - 1],
  ];
  return [
    ...moves.map(([key, title, to]): Action => ({
      id: key,
      key,
      hidden: true,
      enabled,
      title: () => t(title as 'images.next'),
      run: () => images.go(to()),
    })),
    ...moves.map(([key, title, to], i): Action => ({
      id: `extend-${key}`,
      key: `Shift+${key}`,
      hidden: true,
      unlisted: i > 0,
      enabled: () => enabled() && !images.loupe,
      title: () => t(i === 0 ? 'images.extend' : (title as 'images.next')),
      run: () => images.go(to(), true),
    })),
    {
      id: 'toggle',
      title: () => t('images.toggleSelected'),
      key: 'Ctrl+Space',
      hidden: true,
      enabled: () => selection.cursor !== null,
      run: () => selection.cursor !== null && selection.toggle(selection.cursor),
    },
    {
      id: 'all',
      title: () => t('images.selectWhole', { n: images.total }),
      key: 'Ctrl+a',
      enabled,
      run: () => selection.all(0, images.total),
    },
    {
      id: 'none',
      title: () => t('images.selectNone'),
      key: 'Escape',
      enabled: () => selection.count > 0 && !images.similar,
      run: () => selection.clear(),
    },
  ];
}

interface Places {
  toQuery: () => void;
  fold: () => void;
}

export function findActions(images: ImagesState, { toQuery, fold }: Places): Action[] {
  const { session } = images;
  const size = (by: number) => () =>
    void session.set({ tileSize: Math.min(400, Math.max(60, session.settings.tileSize + by)) });
  const queue = (id: string, query: string): Action => ({
    id: `queue-${id}`,
    title: () => t(`images.queue_${id}` as 'images.queue_entropy'),
    run: () => images.show(query),
  });
  return [
    { id: 'query', title: () => t('images.queryBar'), key: '/', run: toQuery },
    {
      id: 'loupe',
      title: () => t('images.loupe'),
      key: 'Space',
      enabled: () => images.current !== undefined,
      run: () => (images.loupe = !images.loupe),
    },
    {
      id: 'similar',
      title: () => t('images.similarAction'),
      key: 's',
      enabled: () => images.touched.count > 0,
      run: () => (images.similar = !images.similar),
    },
    {
      id: 'similar-close',
      title: () => t('frame.close'),
      key: 'Escape',
      hidden: true,
      unlisted: true,
      enabled: () => images.similar,
      run: () => (images.similar = false),
    },
    { ...queue('entropy', 'class:none sort:-entropy'), key: 'q' },
    queue('margin', 'class:none sort:margin'),
    queue('random', 'class:none sort:random:1'),
    queue('disagree', 'class:any sort:p'),
    queue('unsure', 'is:unsure'),
    {
      id: 'unreadable',
      title: () => t('images.showUnreadable', { n: session.project?.unreadable ?? 0 }),
      enabled: () => (session.project?.unreadable ?? 0) > 0,
      run: () => images.show('is:unreadable'),
    },
    { id: 'smaller', title: () => t('images.smaller'), key: '-', hidden: true, run: size(-16) },
    { id: 'larger', title: () => t('images.larger'), key: '=', hidden: true, run: size(16) },
    {
      id: 'run-again',
      title: () => t('images.runAgain'),
      key: 'Ctrl+r',
      enabled: () => images.outdated,
      run: () => void images.run(),
    },
    { id: 'inspector', title: () => t('images.foldInspector'), key: 'Ctrl+i', run: fold },
  ];
}

export function loupeActions(images: ImagesState, loupe: LoupeState | null): Action[] {
  return [
    { id: 'loupe-close', title: () => t('images.grid'), key: 'Escape', run: () => (images.loupe = false) },
    { id: 'turn', title: () => t('images.turn'), key: 'r', run: () => loupe?.turn() },
    { id: 'zoom-out', title: () => t('images.zoomOut'), key: '-', hidden: true, run: () => loupe?.by(1 / 1.25) },
    { id: 'zoom-in', title: () => t('images.zoomIn'), key: '=', hidden: true, run: () => loupe?.by(1.25) },
    { id: 'zoom-fit', title: () => t('images.fit'), key: '0', hidden: true, run: () => loupe?.fit() },
  ];
}
