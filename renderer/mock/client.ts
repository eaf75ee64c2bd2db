/** A client of made-up data that answers what Images, Start and the frame ask; the rest says that it cannot. */
import { type Client } from '../../electron/contract/client.ts';
import {
  type Input,
  type LabelChange,
  type Output,
  type ProcedureName,
  type StudioEvent,
  type ViewGroup,
} from '../../electron/contract/contract.ts';
import { AssayError } from '../../electron/contract/errors.ts';
import { thumbnail } from '../../electron/contract/pictures.ts';
import {
  type ActionInfo,
  type ClassInfo,
  type ImageDetail,
  type ProjectInfo,
  type RecentProject,
  type Settings,
  type Tile,
} from '../../electron/contract/words.ts';
import { chance, classes as classList, tileOf, truth } from './data.ts';
import { workAnswers } from './work.ts';

type Answers = { [K in ProcedureName]?: (input: Input<K>) => Output<K> };

export function mockClient(options: URLSearchParams): Client {
  const images = Number(options.get('images') ?? 4710);
  const labelledUpTo = Math.round(images / 3);
  const delay = Number(options.get('delay') ?? 20);
  const listeners = new Set<(event: StudioEvent) => void>();
  const emit = (event: StudioEvent) => listeners.forEach((listen) => listen(event));

  const classes: ClassInfo[] = images === 0 ? [] : classList();
  const changes = new Map<number, Partial<Tile>>();
  const views = new Map<number, Uint32Array>();
  const undo: { action: ActionInfo; before: Map<number, Partial<Tile>> }[] = [];
  let next = 1;
  let open = !options.has('start');
  let settings: Settings = {
    theme: (options.get('theme') as Settings['theme'] | null) ?? 'dark',
    locale: (options.get('locale') as Settings['locale'] | null) ?? 'en',
    density: (options.get('density') as Settings['density'] | null) ?? 'comfortable',
    author: '김하늘',
    autoAdvance: true,
    tileSize: 146,
  };

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
    const action = { id: next++, at: Date.now(), kind, summary: `${list.length} images`, changed: list.length };
    undo.push({ action, before });
    queueMicrotask(() => emit({ type: 'changed', revision: undo.length, what: ['labels'] }));
    return { action, changed: list.length, spared: 0, revision: undo.length };
  }

  const work = workAnswers({ options, classes, tile, emit });
  const answers: Answers = {
    ...work.answers,
    'app.info': () => ({ version: '0.1.0', door: 'browser', platform: 'linux', home: '/home/user' }),
    'app.recent': () => recent,
    'app.forget': () => ({}),
    'settings.get': () => settings,
    'settings.set': (part) => (settings = { ...settings, ...part }),
    'project.info': () => {
      if (!open) throw new AssayError('project/none-open');
      return info();
    },
    'project.open': () => {
      open = true;
      return info();
    },
    'project.create': () => {
      open = true;
      return info();
    },
    'project.close': () => {
      open = false;
      return {};
    },
    'classes.list': counted,
    'classes.update': ({ id, ...rest }) => {
      const at = classes.findIndex((c) => c.id === id);
      const one = { ...(classes[at] ?? classes[0]), ...rest } as ClassInfo;
      classes[at] = one;
      return one;
    },
    'classes.create': ({ name }) => {
      const one: ClassInfo = {
        id: classes.length + 1,
        name,
        shortName: null,
        key: null,
        colour: classes.length % 20,
        group: null,
        order: classes.length,
        counts: { train: 0, validation: 0, test: 0, none: 0, total: 0 },
      };
      classes.push(one);
      return one;
    },
    'jobs.list': () =>
      work.jobs().length > 0
        ? [...work.jobs()]
        : options.has('jobs')
          ? [
              {
                id: 1,
                kind: 'train',
                title: 'run 13',
                state: 'running',
                phase: 'fit',
                done: 62,
                total: 100,
                rate: 2,
                secondsLeft: 660,
                createdAt: Date.now(),
                finishedAt: null,
                troubles: 0,
                result: null,
                error: null,
                resumable: false,
              },
            ]
          : [],
    'view.open': ({ query, group = 'none', first = 120 }) => {
      if (query.includes('!'))
        throw new AssayError('query/invalid', {
          values: {
            position: query.indexOf('!') + 1,
            start: query.indexOf('!'),
            end: query.indexOf('!') + 1,
            reason: 'a field is followed by ":"',
          },
        });
      const found = matches(query);
      const groups: ViewGroup[] = [];
      let order = found;
      if (group === 'class') {
        order = [];
        const keyOf = (t: Tile) =>
          t.class !== null ? `class:${t.class}` : t.ghost ? `none:${t.ghost.class}` : 'class:none';
        const by = new Map<string, number[]>();
        for (const id of found)
          by.set(keyOf(tile(id)), [...(images > 20_000 ? [] : (by.get(keyOf(tile(id))) ?? [])), id]);
        if (images > 20_000) order = found;
        else
          for (const key of [
            ...classes.map((c) => `class:${c.id}`),
            ...classes.map((c) => `none:${c.id}`),
            'class:none',
          ]) {
            const list = by.get(key);
            if (!list) continue;
            const id = Number(key.split(':')[1]);
            groups.push({
              key,
              class: key.startsWith('class:') && id ? id : null,
              predicted: key.startsWith('none:') ? id : null,
              title: '',
              from: order.length,
              count: list.length,
            });
            order.push(...list);
          }
      }
      const view = next++;
      const rows = Uint32Array.from(order);
      views.set(view, rows);
      const chips = [...query.matchAll(/(-?)(\w+):("[^"]*"|\S+)/g)].map((m) => ({
        field: m[2] ?? '',
        value: (m[3] ?? '').replaceAll('"', ''),
        negated: m[1] === '-',
        joinedBy: 'and' as const,
        start: m.index,
        end: m.index + m[0].length,
      }));
      return { view, revision: 1, total: rows.length, groups, chips, tiles: [...rows.subarray(0, first)].map(tile) };
    },
    'view.tiles': ({ view, from, count }) => ({
      from,
      tiles: [...(views.get(view) ?? new Uint32Array()).subarray(from, from + count)].map(tile),
    }),
    'view.rows': ({ view, ids: wanted }) =>
      wanted.map((id) => ((at) => (at < 0 ? null : at))((views.get(view) ?? new Uint32Array()).indexOf(id))),
    'view.ids': ({ view, ranges }) =>
      ranges.flatMap(([from, to]) => [...(views.get(view) ?? new Uint32Array()).subarray(from, to)]),
    'view.close': ({ view }) => {
      views.delete(view);
      return {};
    },
    'query.complete': ({ text, cursor }) => {
      const start = text.lastIndexOf(' ', cursor - 1) + 1;
      const word = text.slice(start, cursor);
      const items = word.startsWith('class:')
        ? counted().map((c) => ({ insert: `class:"${c.name}"`, label: c.name, detail: '', count: c.counts.total }))
        : ['class:', 'predicted:', 'p>', 'split:', 'is:', 'sort:']
            .filter((f) => f.startsWith(word))
            .map((f) => ({ insert: f, label: f, detail: 'field', count: null }));
      return { start, end: cursor, items };
    },
    'images.detail': ({ id }): ImageDetail => ({
      ...tile(id),
      path: `train/${tile(id).name}`,
      folder: 'train',
      source: 'train',
      format: 'jpeg',
      bytes: 61_000,
      reason: tile(id).status === 'ok' ? null : 'The file ends after 12,288 of 63,104 bytes',
      note:
        changes.get(id) && 'note' in (changes.get(id) ?? {})
          ? String((changes.get(id) as { note?: string }).note ?? '')
          : null,
      group: 17,
      brightness: 0.8,
      blur: 0.1,
      addedAt: Date.now() - 8e7,
      labelBy: tile(id).class === null ? null : 'import',
      history: [
        {
          action: 1,
          at: Date.now() - 7e9,
          author: '',
          kind: 'import',
          field: 'class',
          before: null,
          after: classes[truth(id)]?.name ?? null,
        },
        {
          action: 2,
          at: Date.now() - 6e8,
          author: '김하늘',
          kind: 'state',
          field: 'state',
          before: null,
          after: 'unsure',
        },
      ],
      predictions: [12, 11, 9].map((run) => ({
        run,
        runName: ['siglip-512', 'maxvit-512', 'convnext-384'][[12, 11, 9].indexOf(run)] ?? '',
        top: [0, 1, 2].map((i) => {
          const c = classes[(truth(id) + i * 5) % classes.length];
          return { class: c?.id ?? null, name: c?.name ?? '', p: [0.93 - run / 100, 0.05, 0.01][i] ?? 0 };
        }),
        entropy: 0.29,
        margin: 0.8,
      })),
    }),
    'images.similar': ({ ids: from, count = 24 }) => ({
      backbone: 'siglip',
      neighbours: Array.from({ length: Math.min(count, images) }, (_, i) => ({
        tile: tile((((from[0] ?? 1) + i * 17) % images) + 1),
        similarity: 0.98 - i * 0.004 - 0.001 * chance(i, 3),
      })),
    }),
    'labels.apply': ({ selection, change: to }) => change(touched(selection), () => patch(to), 'label'),
    'labels.accept': ({ selection, above = 0 }) =>
      change(
        touched(selection).filter((id) => (tile(id).ghost?.p ?? 0) >= above),
        (t) => ({ class: t.ghost?.class ?? t.class }),
        'accept',
      ),
    'history.undo': () => {
      const last = undo.pop();
      if (!last) throw new AssayError('label/nothing-to-undo');
      for (const [id, before] of last.before) changes.set(id, before);
      queueMicrotask(() => emit({ type: 'changed', revision: undo.length, what: ['labels'] }));
      return { action: last.action, revision: undo.length };
    },
    'folders.list': ({ path }) => ({
      path: path ?? '/home/user',
      parent: '/home',
      folders: ['Documents', 'Pictures', 'scans', 'doc-17.assay'].map((name) => ({
        name,
        path: `${path ?? '/home/user'}/${name}`,
        project: name.endsWith('.assay'),
      })),
      files: [{ name: 'notes.txt', path: '/home/user/notes.txt', bytes: 1234 }],
    }),
    'folders.inspect': ({ path }) => ({
      path,
      images: 1570,
      more: false,
      classFolders: classes.map((c) => ({ name: c.name, images: 100 })),
      splitFolders: ['train', 'test'],
      tables: [
        {
          path: '/x/train.csv',
          name: 'train.csv',
          rows: 1570,
          columns: ['ID', 'target'],
          idColumn: 'ID',
          labelColumn: 'target',
          classNames: '/x/meta.csv',
          match: 1,
        },
      ],
      suggestion: 'tables',
    }),
    'import.start': () => ({ job: 1 }),
    'demo.start': () => ({ job: 1 }),
  };
  const patch = ({ class: klass, unsure, excluded, split, note }: LabelChange): Partial<Tile> => ({
    ...(klass === undefined ? {} : { class: klass }),
    ...(unsure === undefined ? {} : { unsure }),
    ...(excluded === undefined ? {} : { excluded }),
    ...(split === undefined ? {} : { split }),
    ...(note === undefined ? {} : { note }),
  });

  return {
    async call(name, input, { signal } = {}) {
      await new Promise((done) => setTimeout(done, delay));
      if (signal?.aborted) throw new AssayError('internal/cancelled');
      const answer = answers[name] as ((input: unknown) => never) | undefined;
      if (!answer) throw new AssayError('internal/fault', { values: { reason: `the mock does not answer ${name}` } });
      return answer(input);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onConnection: () => () => undefined,
    picture: (address) => address,
    dialogs: null,
    pathOf: () => null,
  };
}

const stripOf = (seed: number): string[] =>
  Array.from({ length: 12 }, (_, i) =>
    thumbnail(`${'0'.repeat(28)}${String(Math.floor(chance(seed, i) * 17)).padStart(2, '0')}0${i % 7}`),
  );
const recent: RecentProject[] = [
  {
    path: '/home/user/Assay/doc-17.assay',
    name: 'doc-17',
    openedAt: Date.now() - 3e6,
    images: 4710,
    classes: 17,
    strip: stripOf(1),
    exists: true,
  },
  {
    path: '/home/user/Assay/insurance-2026.assay',
    name: 'insurance-2026',
    openedAt: Date.now() - 9e7,
    images: 128_400,
    classes: 24,
    strip: stripOf(2),
    exists: true,
  },
  {
    path: '/home/user/Assay/id-cards.assay',
    name: 'id-cards',
    openedAt: Date.now() - 6e8,
    images: 3204,
    classes: 3,
    strip: stripOf(3),
    exists: true,
  },
  {
    path: '/media/disk/plates-night.assay',
    name: 'plates-night',
    openedAt: Date.now() - 2e9,
    images: 9120,
    classes: 2,
    strip: stripOf(4),
    exists: false,
  },
];
