/** Classes, labels, undo: what a person says. */
import { AssayError } from '../../contract/index.ts';
import { type EngineContext, type HandlersOf, author, changed, projectOf } from '../context.ts';
import { selected } from './view.ts';

/** Tells clients about a gesture: labels move counts of classes and findings of the cleaner. */
const labelsChanged = (context: EngineContext) => changed(context, ['labels', 'classes', 'findings']);

export const labels: HandlersOf<'classes' | 'labels' | 'history'> = {
  'classes.list': (context) => projectOf(context).catalogue.classes.list(),
  'classes.create': (context, wanted) => {
    const created = projectOf(context).catalogue.classes.create(wanted);
    changed(context, ['classes']);
    return created;
  },
  'classes.update': (context, { id, ...change }) => {
    const updated = projectOf(context).catalogue.classes.update(id, change);
    changed(context, ['classes']);
    return updated;
  },
  'classes.merge': async (context, { from, into }) => {
    const merged = await projectOf(context).catalogue.classes.merge(from, into, author(context));
    labelsChanged(context);
    return merged;
  },
  'labels.apply': async (context, { selection, change }, { signal }) => {
    const ids = await selected(context, selection, signal);
    const result = await projectOf(context).catalogue.labels.apply(ids, change, { author: author(context), signal });
    // Nothing else was asked of them, or it was so already.
    if (result.action === null && result.spared > 0)
      throw new AssayError('label/test-kept', { values: { n: result.spared } });
    labelsChanged(context);
    return result;
  },
  'labels.accept': async (context, { selection, run, above }, { signal }) => {
    const { catalogue } = projectOf(context);
    const newest = run ?? catalogue.predictions.newest();
    if (newest === null) throw new AssayError('run/unknown', { subject: '', values: { known: '' } });
    const ids = await selected(context, selection, signal);
    const result = await catalogue.labels.accept(ids, newest, above, { author: author(context), signal });
    labelsChanged(context);
    return result;
  },
  'history.undo': async (context) => {
    const result = await projectOf(context).catalogue.history.undo(author(context));
    labelsChanged(context);
    return result;
  },
  'history.redo': async (context) => {
    const result = await projectOf(context).catalogue.history.redo(author(context));
    labelsChanged(context);
    return result;
  },
  'history.list': (context, { limit }) => projectOf(context).catalogue.history.list(limit),
};
