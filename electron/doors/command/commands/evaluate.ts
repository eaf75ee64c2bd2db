/** assay evaluate: the figures of a run on a split, from its stored probabilities and today's labels. */
import {
  AssayError,
  type Calibration,
  type Robustness,
  type SliceTable,
  type WireError,
} from '../../../contract/index.ts';
import { type Engine } from '../../../engine/index.ts';
import { type Command, type Invocation, type Outcome } from '../command.ts';
import { usageError } from '../options.ts';
import { finishStudy } from '../study.ts';
import { PROJECT_OPTION, runNamed, runOf, withProject, withReader } from '../studio.ts';

const SPLITS = ['train', 'validation', 'test', 'out-of-fold'] as const;

const span = ([low, high]: readonly [number, number]): string => `${low.toFixed(4)} to ${high.toFixed(4)}`;

function sliceLine({ query, figures: f }: SliceTable['slices'][number]): string {
  if (!f) return `${query}\t0`;
  const few = f.tooFew ? '\ttoo few images to tell' : '';
  return `${query}\t${f.images}\t${f.accuracy.toFixed(4)}\t${f.macroF1.toFixed(4)} (${span(f.macroF1Interval)})\t${f.difference.toFixed(4)} (${span(f.differenceInterval)})\t${f.ece.toFixed(4)}${few}`;
}

const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(4)}`;

function robustLines({ images, macroF1, accuracy, classes }: Robustness): string[] {
  const line = (name: string, p: Robustness['macroF1']): string =>
    `${name}\t${p.clean.toFixed(4)}\t${p.robust.toFixed(4)}\t${signed(p.difference)} (${span(p.interval)})`;
  return [
    `clean against the degraded twin, ${images} images`,
    '\tclean\trobust\tdifference',
    ...[line('macro F1', macroF1), line('accuracy', accuracy)],
    ...classes.map((c) => line(c.class, c)),
  ];
}

function calibrationLine({ temperatures, before, after }: Calibration): string {
  const figures = (f: Calibration['after']): string => `ECE ${f.ece.toFixed(4)}, log loss ${f.logLoss.toFixed(4)}`;
  const by = temperatures.map((t) => t.toFixed(3)).join(', ') || 'not known';
  return `temperature ${by}: before ${before ? figures(before) : 'not known'}; after ${figures(after)}`;
}

interface Subject {
  run: number;
  split: (typeof SPLITS)[number];
}

/** What is stored; measured first where nothing is. */
async function robustOf(engine: Engine, on: Subject, call: Invocation): Promise<Robustness> {
  const known = await engine.call('runs.robust', on);
  if (known.found) return known.found;
  await finishStudy(engine, { study: 'robust', ...on }, call);
  const { found } = await engine.call('runs.robust', on);
  if (!found) throw new AssayError('evaluate/not-measured', { subject: on.split });
  return found;
}

export const evaluate: Command = {
  name: 'evaluate',
  operands: '[RUN]',
  about: 'accuracy, macro F1, per class and confusion matrix of a run',
  options: {
    project: PROJECT_OPTION,
    run: { type: 'string', value: 'R', about: 'the run, where it is not named first (the newest)' },
    robust: { type: 'boolean', about: 'clean against the degraded twin, which is measured where it was not yet' },
    calibration: { type: 'boolean', about: 'reliability before and after the temperature of the run' },
    slice: { type: 'string', multiple: true, value: 'QUERY', about: 'figures of the images of a query; repeatable' },
    keep: { type: 'boolean', about: 'keep the slices with the project: Evaluate and the report show them' },
    split: { type: 'string', value: SPLITS.join('|'), about: "the split (the run's own)" },
  },
  async run(call) {
    if (call.operands.length > 1) throw usageError(evaluate, 'name one run');
    const given = call.options.string('split');
    const split = SPLITS.find((name) => name === given);
    if (given !== undefined && !split) throw usageError(evaluate, `--split takes ${SPLITS.join(', ')}, not "${given}"`);
    const [named] = call.operands;
    const subject = async (engine: Engine): Promise<Subject> => {
      const run = named === undefined ? await runOf(engine, call) : await runNamed(engine, named);
      const own = (await engine.call('runs.get', { run })).split;
      return { run, split: split ?? SPLITS.find((name) => name === own) ?? 'out-of-fold' };
    };
    // Only what is measured or kept here needs the project for itself.
    const lacking =
      call.options.flag('robust') &&
      (await withReader(call, async (engine) => !(await engine.call('runs.robust', await subject(engine))).found));
    const use = { reader: !call.options.flag('keep') && !lacking };
    const body = async (engine: Engine): Promise<Outcome> => {
      const { run, split: on } = await subject(engine);
      const result = await engine.call('runs.evaluate', { run, split: on });
      const queries = call.options.strings('slice');
      if (call.options.flag('keep')) {
        const { queries: before } = await engine.call('slices.list', {});
        await engine.call('slices.set', { queries: [...before, ...queries] });
      }
      const table = queries.length > 0 ? await engine.call('runs.slices', { run, split: on, queries }) : null;
      const broken = table?.slices.find(({ error }) => error);
      if (broken?.error) throw AssayError.fromWire(broken.error as WireError);
      const robust = call.options.flag('robust') ? await robustOf(engine, { run, split: on }, call) : null;
      const calibration = call.options.flag('calibration')
        ? await engine.call('runs.calibration', { run, split: on })
        : null;
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
          ...(robust && { robust }),
          ...(calibration && {
            calibration: {
              temperatures: calibration.temperatures,
              before: calibration.before,
              after: calibration.after,
            },
          }),
        },
        text: [
          ...[head, 'class\tprecision\trecall\tF1\timages', ...rows, ...parts],
          ...(robust ? robustLines(robust) : []),
          ...(calibration ? [calibrationLine(calibration)] : []),
        ].join('\n'),
      };
    };
    return withProject(call, body, use);
  },
};
