/** assay query: the images that a filter names. */
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, withReader } from '../studio.ts';

export const query: Command = {
  name: 'query',
  operands: 'QUERY',
  about: 'list the images that a filter names',
  options: {
    project: PROJECT_OPTION,
    sort: {
      type: 'string',
      value: 'FIELD',
      about: 'name, added, p, entropy, margin, score, random:SEED; a leading - reverses',
    },
    limit: { type: 'string', value: 'N', about: 'at most so many (all)' },
  },
  async run(call) {
    if (call.operands.length > 1) throw usageError(query, 'put the query in quotes');
    const sort = call.options.string('sort');
    const text = [call.operands[0] ?? '', sort === undefined ? '' : `sort:${sort}`].filter(Boolean).join(' ');
    const limit = call.options.number('limit') ?? Infinity;
    return withReader(call, async (engine) => {
      const classes = new Map((await engine.call('classes.list', {})).map((c) => [c.id, c.name]));
      const { view, total } = await engine.call('view.open', { query: text, first: 0 });
      const images: { path: string; class: string | null; split: string; state: string }[] = [];
      for (let from = 0; from < Math.min(total, limit); from += 500) {
        const { tiles } = await engine.call('view.tiles', { view, from, count: Math.min(500, limit - from) });
        const paths = await engine.call('images.paths', { ids: tiles.map((t) => t.id) });
        tiles.forEach((t, i) => {
          const state = t.status === 'ok' ? (t.excluded ? 'excluded' : t.unsure ? 'unsure' : 'ok') : t.status;
          images.push({
            path: paths[i] ?? '',
            class: t.class === null ? null : (classes.get(t.class) ?? null),
            split: t.split,
            state,
          });
        });
      }
      await engine.call('view.close', { view });
      const lines = images.map((i) => `${i.path}\t${i.class ?? ''}\t${i.split}\t${i.state}`);
      return { document: { total, images }, text: [...lines, `${total} images`].join('\n') };
    });
  },
};
