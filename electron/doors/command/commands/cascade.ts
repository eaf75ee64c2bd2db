/** assay cascade: what a small run for all and a big one for the doubtful give and cost. */
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { listed, oneOf, runsOf } from '../runs-option.ts';
import { PROJECT_OPTION, seconds, withProject } from '../studio.ts';
import { finishStudy } from '../study.ts';

export const cascade: Command = {
  name: 'cascade',
  operands: '',
  about: 'a small run for all images, a big one for the doubtful: score against images per second, out of fold',
  options: {
    project: PROJECT_OPTION,
    runs: { type: 'string', value: 'SMALL,BIG', about: 'the two runs' },
    route: { type: 'string', value: 'entropy|margin', about: 'by what images count as doubtful (entropy)' },
    steps: { type: 'string', value: 'N', about: 'points of the curve (20)' },
    timed: { type: 'string', value: 'N', about: 'images on which speed is measured (64)' },
  },
  async run(call) {
    call.options.required('runs');
    if (listed(call, 'runs').length !== 2) throw usageError(cascade, '--runs takes the small run and the big one');
    const route = oneOf(cascade, call, 'route', ['entropy', 'margin'] as const);
    const { number } = call.options;
    const started = Date.now();
    return withProject(call, async (engine) => {
      const [small, big] = await runsOf(engine, call);
      if (small === undefined || big === undefined) throw usageError(cascade, '--runs names one run twice');
      const result = await finishStudy(
        engine,
        { study: 'cascade', small, big, route, steps: number('steps'), timed: number('timed') },
        call,
      );
      const lines = result.points.map(
        (p, i) =>
          `${i === result.chosen ? '*' : ' '} gate ${p.gate.toFixed(4)}\t${(100 * p.share).toFixed(0)} %\tmacro F1 ${p.macroF1.toFixed(4)} (${p.interval.map((end) => end.toFixed(4)).join(' to ')})\t${p.imagesPerSecond.toFixed(1)} images/s`,
      );
      return { document: { ...result, seconds: seconds(started) }, text: lines.join('\n') };
    });
  },
};
