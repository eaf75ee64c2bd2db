/** assay label, undo, redo: one gesture each, in the same log as the window's. */
import { actionSentence, type LabelChange, SPLITS } from '../../../contract/index.ts';
import { type Command, type Invocation, type Outcome } from '../command.ts';
import { usageError } from '../options.ts';
import { classNamed, PROJECT_OPTION, withProject } from '../studio.ts';

export const label: Command = {
  name: 'label',
  operands: '',
  about: 'label the images that a filter names',
  options: {
    project: PROJECT_OPTION,
    filter: { type: 'string', value: 'QUERY', about: 'which images' },
    class: {
      type: 'string',
      value: 'C',
      about: 'the class; "none" takes the label away; a new name makes a class with --create',
    },
    create: { type: 'boolean', about: 'make the class where it is missing' },
    split: { type: 'string', value: SPLITS.join('|'), about: 'move them to a split' },
    unsure: { type: 'boolean', about: 'mark them unsure' },
    exclude: { type: 'boolean', about: 'exclude them; those of the test split stay' },
    note: { type: 'string', about: 'write a note' },
  },
  async run(call) {
    const { options } = call;
    const query = options.required('filter');
    const name = options.string('class');
    const split = options.string('split');
    const change: LabelChange = { note: options.string('note') };
    if (options.flag('unsure')) change.unsure = true;
    if (options.flag('exclude')) change.excluded = true;
    if (split !== undefined) {
      change.split = SPLITS.find((known) => known === split);
      if (!change.split) throw usageError(label, `--split takes ${SPLITS.join(', ')}, not "${split}"`);
    }
    return withProject(call, async (engine) => {
      if (name === 'none') change.class = null;
      else if (name !== undefined) change.class = await classNamed(engine, name, options.flag('create'));
      if (Object.values(change).every((value) => value === undefined))
        throw usageError(label, 'say what to change: --class, --split, --unsure, --exclude or --note');
      const { changed, action, spared } = await engine.call('labels.apply', { selection: { query }, change });
      const done = action ? `${actionSentence(action, 'en')}.` : 'Nothing changed.';
      // Never silently: who asked for more must know what was left.
      const kept = `${spared} of the test split stay; to take them out, name --split train, validation or none too.`;
      return { document: { changed, spared, action }, text: spared > 0 ? `${done} ${kept}` : done };
    });
  },
};

function step(name: 'undo' | 'redo'): Command {
  return {
    name,
    operands: '',
    about: name === 'undo' ? 'take the last gesture back' : 'do it again',
    options: { project: PROJECT_OPTION },
    run: (call: Invocation): Promise<Outcome> =>
      withProject(call, async (engine) => {
        const meant = (await engine.call('project.info', {}))[name];
        const { action } = await engine.call(name === 'undo' ? 'history.undo' : 'history.redo', {});
        // The gesture's own sentence says more than that of its inverse.
        const summary = meant ? actionSentence(meant, 'en') : action.summary;
        return {
          document: { action, changed: action.changed },
          text: `${actionSentence({ ...action, summary }, 'en')}.`,
        };
      }),
  };
}

export const undo = step('undo');
export const redo = step('redo');
