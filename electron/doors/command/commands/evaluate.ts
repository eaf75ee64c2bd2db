/** assay evaluate: the figures of a run on a split, from its stored probabilities and today's labels. */
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, runOf, withProject } from '../studio.ts';

const SPLITS = ['train', 'validation', 'test', 'out-of-fold'] as const;

export const evaluate: Command = {
  name: 'evaluate',
  operands: '',
  about: 'accuracy, macro F1, per class and confusion matrix of a run',
  options: {
    project: PROJECT_OPTION,
    run: { type: 'string', value: 'R', about: 'the run (the newest)' },
    split: { type: 'string', value: SPLITS.join('|'), about: "the split (the run's own)" },
  },
  async run(call) {
    const given = call.options.string('split');
    const split = SPLITS.find((name) => name === given);
    if (given !== undefined && !split) throw usageError(evaluate, `--split takes ${SPLITS.join(', ')}, not "${given}"`);
    return withProject(call, async (engine) => {
      const run = await runOf(engine, call);
      const own = (await engine.call('runs.get', { run })).split;
      const result = await engine.call('runs.evaluate', {
        run,
        split: split ?? SPLITS.find((name) => name === own) ?? 'out-of-fold',
      });
      const rows = result.perClass.map(
        (c) => `${c.class}\t${c.precision.toFixed(3)}\t${c.recall.toFixed(3)}\t${c.f1.toFixed(3)}\t${c.support}`,
      );
      const head = `macro F1 ${result.macroF1.toFixed(4)}, accuracy ${result.accuracy.toFixed(4)}, ${result.images} images of ${result.split}`;
      return { document: result, text: [head, 'class\tprecision\trecall\tF1\timages', ...rows].join('\n') };
    });
  },
};
