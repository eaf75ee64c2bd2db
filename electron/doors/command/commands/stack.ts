/** assay stack: several runs as one, the way chosen by its score out of fold. */
import { STACK_FORMS } from '../../../contract/index.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { listed, oneOf, runsOf } from '../runs-option.ts';
import { PROJECT_OPTION, seconds, withProject } from '../studio.ts';
import { finishStudy } from '../study.ts';

export const stack: Command = {
  name: 'stack',
  operands: '',
  about: 'a run made of several: logistic regression, weighted and plain means, measured out of fold',
  options: {
    project: PROJECT_OPTION,
    runs: { type: 'string', value: 'A,B,…', about: 'runs of the same classes with out-of-fold probabilities' },
    form: { type: 'string', value: STACK_FORMS.join('|'), about: 'what the regression sees (logproba)' },
    seed: { type: 'string', value: 'N', about: 'of the folds (42)' },
    name: { type: 'string', about: 'name of the run' },
  },
  async run(call) {
    call.options.required('runs');
    if (listed(call, 'runs').length < 2) throw usageError(stack, '--runs takes two runs at least');
    const form = oneOf(stack, call, 'form', STACK_FORMS);
    const { number, string } = call.options;
    const started = Date.now();
    return withProject(call, async (engine) => {
      const runs = await runsOf(engine, call);
      if (runs.length < 2) throw usageError(stack, '--runs names one run twice');
      const result = await finishStudy(
        engine,
        { study: 'stack', runs, form, seed: number('seed'), name: string('name') },
        call,
      );
      const lines = [
        ...result.single.map(
          (s, m) =>
            `run ${runs[m]}\tmacro F1 ${s.macroF1.toFixed(4)} (${s.interval.map((p) => p.toFixed(4)).join(' to ')})`,
        ),
        ...result.methods.map(
          (m) =>
            `${m.method}\tmacro F1 ${m.macroF1.toFixed(4)} (${m.interval.map((p) => p.toFixed(4)).join(' to ')})\tgain ${m.gain.toFixed(4)} (${m.gainInterval.map((p) => p.toFixed(4)).join(' to ')})`,
        ),
        `Run ${result.run} is their ${result.chosen}${result.model ? '' : `, without a model: ${result.why}`}.`,
      ];
      return { document: { ...result, seconds: seconds(started) }, text: lines.join('\n') };
    });
  },
};
