/** assay evaluate: the figures of a run on a split, from its stored probabilities and today's labels. */
import { AssayError, type SliceTable, type WireError } from '../../../contract/index.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, runOf, withProject } from '../studio.ts';

const SPLITS = ['train', 'validation', 'test', 'out-of-fold'] as const;

const span = ([low, high]: readonly [number, number]): string => `${low.toFixed(4)} to ${high.toFixed(4)}`;

function sliceLine({ query, figures: f }: SliceTable['slices'][number]): string {
  if (!f) return `${query}\t0`;
  const few = f.tooFew ? '\ttoo few images to tell' : '';
  return `${query}\t${f.images}\t${f.accuracy.toFixed(4)}\t${f.macroF1.toFixed(4)} (${span(f.macroF1Interval)})\t${f.difference.toFixed(4)} (${span(f.differenceInterval)})\t${f.ece.toFixed(4)}${few}`;
}

export const evaluate: Command = {
  name: 'evaluate',
  operands: '',
  about: 'accuracy, macro F1, per class and confusion matrix of a run',
  options: {
    project: PROJECT_OPTION,
    run: { type: 'string', value: 'R', about: 'the run (the newest)' },
    slice: { type: 'string', multiple: true, value: 'QUERY', about: 'figures of the images of a query; repeatable' },
    keep: { type: 'boolean', about: 'keep the slices with the project: Evaluate and the report show them' },
    split: { type: 'string', value: SPLITS.join('|'), about: "the split (the run's own)" },
  },
  async run(call) {
    const given = call.options.string('split');
    const split = SPLITS.find((name) => name === given);
    if (given !== undefined && !split) throw usageError(evaluate, `--split takes ${SPLITS.join(', ')}, not "${given}"`);
    return withProject(call, async (engine) => {
      const run = await runOf(engine, call);
      const own = (await engine.call('runs.get', { run })).split;
      const on = split ?? SPLITS.find((name) => name === own) ?? 'out-of-fold';
      const result = await engine.call('runs.evaluate', { run, split: on });
      const queries = call.options.strings('slice');
      if (call.options.flag('keep')) {
        const { queries: before } = await engine.call('slices.list', {});
        await engine.call('slices.set', { queries: [...before, ...queries] });
      }
      const table = queries.length > 0 ? await engine.call('runs.slices', { run, split: on, queries }) : null;
      const broken = table?.slices.find(({ error }) => error);
      if (broken?.error) throw AssayError.fromWire(broken.error as WireError);
      const rows = result.perClass.map(
        (c) => `${c.class}\t${c.precision.toFixed(3)}\t${c.recall.toFixed(3)}\t${c.f1.toFixed(3)}\t${c.support}`,
      );
      const head = `macro F1 ${result.macroF1.toFixed(4)}, accuracy ${result.accuracy.toFixed(4)}, ${result.images} images of ${result.split}`;
      const parts = table
        ? ['slice\timages\taccuracy\tmacro F1\tagainst the whole\tECE', ...table.slices.map(sliceLine)]
        : [];
      return {
        document: {
          ...result,
          ...(table && { slices: table.slices.map(({ query, figures }) => ({ query, figures })) }),
        },
        text: [head, 'class\tprecision\trecall\tF1\timages', ...rows, ...parts].join('\n'),
      };
    });
  },
};
