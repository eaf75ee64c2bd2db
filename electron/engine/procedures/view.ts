/** Views of the catalogue: a filter's result as rows, and what is known of one image. */
import { type Selection } from '../../contract/index.ts';
import { type EngineContext, type HandlersOf, projectOf } from '../context.ts';
import { neighboursOf, similarResolver } from '../similar.ts';

/** The images that a selection means, in slices. */
export function selected(context: EngineContext, selection: Selection, signal: AbortSignal): Promise<Uint32Array> {
  return projectOf(context).catalogue.views.selected(selection, { signal, similar: similarResolver(context) });
}

export const view: HandlersOf<'view' | 'query' | 'images'> = {
  'view.open': (context, { query, group, first }, { signal }) =>
    projectOf(context).catalogue.views.open(query, { group, first, signal, similar: similarResolver(context) }),
  'view.tiles': (context, { view: id, from, count }) => projectOf(context).catalogue.views.tiles(id, from, count),
  'view.rows': (context, { view: id, ids }) => projectOf(context).catalogue.views.rows(id, ids),
  'view.ids': (context, { view: id, ranges }) => Array.from(projectOf(context).catalogue.views.ids(id, ranges)),
  'view.close': (context, { view: id }) => {
    projectOf(context).catalogue.views.close(id);
    return {};
  },
  'query.complete': (context, { text, cursor }) => projectOf(context).catalogue.complete(text, cursor),
  'images.detail': (context, { id }) => projectOf(context).catalogue.detail(id),
  'images.paths': (context, { ids }) => {
    const files = new Map(
      projectOf(context)
        .catalogue.images.records(ids)
        .map((image) => [image.id, image.file]),
    );
    return ids.map((id) => files.get(id) ?? '');
  },
  'images.similar': (context, { ids, count }, { signal }) => neighboursOf(context, ids, count, signal),
};
