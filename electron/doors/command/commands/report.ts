/** assay report: a run's evaluation as one HTML file. */
import { EVALUATED_SPLITS } from '../../../contract/index.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { oneOf } from '../runs-option.ts';
import { PROJECT_OPTION, runNamed, withReader } from '../studio.ts';

export const report: Command = {
  name: 'report',
  operands: 'RUN',
  about: 'matrix, classes with intervals, curves, reliability, clean and degraded as one HTML file',
  options: {
    project: PROJECT_OPTION,
    out: { type: 'string', value: 'FILE.html', about: 'the page to write' },
    split: { type: 'string', value: EVALUATED_SPLITS.join('|'), about: "the split (the run's own)" },
  },
  async run(call) {
    const [given, ...more] = call.operands;
    if (given === undefined || more.length > 0) throw usageError(report, 'name one run');
    const out = call.options.resolve(call.options.required('out'));
    const split = oneOf(report, call, 'split', EVALUATED_SPLITS);
    return withReader(call, async (engine) => {
      const run = await runNamed(engine, given);
      const document = await engine.call('runs.report', { run, out, split });
      return { document: { run, ...document }, text: `${document.out} shows run ${run} on ${document.images} images.` };
    });
  },
};
