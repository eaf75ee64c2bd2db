/** assay export-model: a run as one ONNX file that any program can run. */
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, runNamed, seconds, withProject } from '../studio.ts';
import { finishStudy } from '../study.ts';

export const exportModel: Command = {
  name: 'export-model',
  operands: 'RUN',
  about: 'one ONNX file from decoded pixels to probabilities, with a page that says how to run it',
  options: {
    project: PROJECT_OPTION,
    out: { type: 'string', value: 'FILE.onnx', about: 'the model to write; its page goes beside it' },
    uncalibrated: { type: 'boolean', about: 'leave out the temperature that was fitted on images held out' },
    check: { type: 'string', value: 'N', about: 'images of the project on which it is compared with the run (32)' },
  },
  async run(call) {
    const [given] = call.operands;
    if (given === undefined || call.operands.length > 1) throw usageError(exportModel, 'name one run');
    const out = call.options.resolve(call.options.required('out'));
    const started = Date.now();
    return withProject(call, async (engine) => {
      const run = await runNamed(engine, given);
      const result = await finishStudy(
        engine,
        {
          ...{ study: 'export', run, out, check: call.options.number('check') },
          calibrated: !call.options.flag('uncalibrated'),
        },
        call,
      );
      const { agree, checked, guide } = result;
      return {
        document: { ...result, seconds: seconds(started) },
        text: `${out} is written (${Math.round(result.bytes / 1e5) / 10} MB); ${guide} says how to run it. On ${checked} images its best class is the run's ${agree} times.`,
      };
    });
  },
};
