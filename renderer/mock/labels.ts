/** Made-up answers about classes and labels. */
import { AssayError } from '../../electron/contract/errors.ts';
import { type StudioEvent } from '../../electron/contract/contract.ts';
import { type ClassInfo } from '../../electron/contract/words.ts';
import { type MockProject, patch } from './project.ts';
import { type Answers } from './work.ts';

export function labelAnswers(
  { classes, changes, undo, tile, counted, touched, change }: MockProject,
  emit: (event: StudioEvent) => void,
): Answers {
  return {
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
  };
}
