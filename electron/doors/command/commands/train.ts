/** assay train: trains a head on the features of one or several backbones. */
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, finishJob, seconds, withProject } from '../studio.ts';

const one = <T extends string>(given: string | undefined, known: readonly T[], option: string): T | undefined => {
  if (given === undefined) return undefined;
  const found = known.find((word) => word === given);
  if (!found) throw usageError(train, `--${option} takes ${known.join(' or ')}, not "${given}"`);
  return found;
};

export const train: Command = {
  name: 'train',
  operands: '',
  about: 'train a head on cached features; the result is one ONNX model',
  options: {
    project: PROJECT_OPTION,
    backbone: { type: 'string', value: 'NAME[,NAME]', about: 'backbones; several are concatenated' },
    preset: { type: 'string', value: 'head', about: 'what is trained (head)' },
    size: { type: 'string', value: 'N', about: 'input side in pixels (the native size)' },
    fit: {
      type: 'string',
      value: 'letterbox|stretch',
      about: 'how an image meets the square input (letterbox, on white)',
    },
    tap: { type: 'string', value: 'depths|last', about: 'which tensors are pooled (depths)' },
    seed: { type: 'string', value: 'N', about: 'seed (1)' },
    name: { type: 'string', about: 'name of the run' },
  },
  async run(call) {
    const { options } = call;
    const started = Date.now();
    const request = {
      backbones: options.required('backbone').split(',').filter(Boolean),
      preset: one(options.string('preset'), ['head'] as const, 'preset'),
      size: options.number('size'),
      fit: one(options.string('fit'), ['letterbox', 'stretch'] as const, 'fit'),
      tap: one(options.string('tap'), ['depths', 'last'] as const, 'tap'),
      seed: options.number('seed'),
      name: options.string('name'),
    };
    return withProject(call, async (engine) => {
      const { job, run } = await engine.call('train.start', request);
      await finishJob(engine, job, call);
      const info = await engine.call('runs.get', { run });
      const document = {
        run,
        split: info.split,
        accuracy: info.accuracy,
        macroF1: info.macroF1,
        seconds: seconds(started),
      };
      const text = `Run ${run} on ${info.split}: macro F1 ${info.macroF1?.toFixed(4)}, accuracy ${info.accuracy?.toFixed(4)}.`;
      return { document, text };
    });
  },
};
