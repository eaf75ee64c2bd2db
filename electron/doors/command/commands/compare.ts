/** assay compare: is one run better than another, or was it luck? */
import { EVALUATED_SPLITS } from '../../../contract/index.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { oneOf } from '../runs-option.ts';
import { PROJECT_OPTION, runNamed, withReader } from '../studio.ts';

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
/** Lines of the text; --json lists as many as were asked for. */
const LINES = 20;

export const compare: Command = {
  name: 'compare',
  operands: 'RUN RUN',
  about: 'two runs on the same images: which changed, McNemar, macro F1 with a paired interval',
  options: {
    project: PROJECT_OPTION,
    split: { type: 'string', value: EVALUATED_SPLITS.join('|'), about: 'the split (out-of-fold)' },
    list: { type: 'string', value: 'N', about: 'changed images that are listed (200)' },
  },
  async run(call) {
    const [a, b, ...more] = call.operands;
    if (a === undefined || b === undefined || more.length > 0) throw usageError(compare, 'name two runs');
    const split = oneOf(compare, call, 'split', EVALUATED_SPLITS);
    const list = call.options.number('list');
    return withReader(call, async (engine) => {
      const [first, second] = [await runNamed(engine, a), await runNamed(engine, b)];
      const document = await engine.call('runs.compare', { first, second, split, list });
      const { macroF1, accuracy, mcNemar, images, changed, rows } = document;
      const [low, high] = macroF1.interval;
      const lines = [
        `${images} images of ${document.split}; runs ${first} and ${second} differ on ${changed}.`,
        `macro F1 ${macroF1.first.toFixed(4)} and ${macroF1.second.toFixed(4)}: ${signed(macroF1.difference)} (90 %: ${signed(low)} to ${signed(high)})`,
        `accuracy ${accuracy.first.toFixed(4)} and ${accuracy.second.toFixed(4)}; right only in run ${first}: ${mcNemar.onlyFirst}, only in run ${second}: ${mcNemar.onlySecond}; McNemar p ${mcNemar.p.toPrecision(3)}`,
        ...rows
          .slice(0, LINES)
          .map(
            (row) =>
              `${row.kind}\t${row.path}\t${row.given}\t${row.first} ${row.firstP.toFixed(2)}\t${row.second} ${row.secondP.toFixed(2)}`,
          ),
      ];
      return { document, text: lines.join('\n') };
    });
  },
};
