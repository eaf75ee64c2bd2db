/** Made-up answers about images: views of a query, one image, its neighbours. */
import { type ViewGroup } from '../../electron/contract/contract.ts';
import { AssayError } from '../../electron/contract/errors.ts';
import { type ImageDetail, type Tile } from '../../electron/contract/words.ts';
import { chance, truth } from './data.ts';
import { type MockProject } from './project.ts';
import { type Answers } from './work.ts';

export function imageAnswers({ images, classes, changes, views, next, tile, counted, matches }: MockProject): Answers {
  return {
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
      const view = next();
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
  };
}
