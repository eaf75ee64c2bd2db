/** assay resolution: what the input size is worth on one's own images. */
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { listed, oneOf } from '../runs-option.ts';
import { PROJECT_OPTION, seconds, withProject } from '../studio.ts';
import { finishStudy } from '../study.ts';

export const resolution: Command = {
  name: 'resolution',
  operands: '',
  about: 'macro F1 of a head at several input sizes, out of fold',
  options: {
    project: PROJECT_OPTION,
    backbone: { type: 'string', value: 'NAME', about: 'the network' },
    sizes: { type: 'string', value: 'A,B,…', about: 'sides in pixels (half to one and a half times the native one)' },
    fit: { type: 'string', value: 'letterbox|stretch', about: 'how an image meets the square input (letterbox)' },
    seed: { type: 'string', value: 'N', about: 'of the folds (1)' },
  },
  async run(call) {
    const backbone = call.options.required('backbone');
    const sizes = listed(call, 'sizes').map(Number);
    if (sizes.some((size) => !Number.isInteger(size))) throw usageError(resolution, '--sizes takes whole numbers');
    const fit = oneOf(resolution, call, 'fit', ['letterbox', 'stretch'] as const);
    const started = Date.now();
    return withProject(call, async (engine) => {
      const result = await finishStudy(
        engine,
        {
          study: 'resolution',
          backbone,
          sizes: sizes.length > 0 ? sizes : null,
          fit,
          seed: call.options.number('seed'),
        },
        call,
      );
      const lines = result.points.map(
        (p) =>
          `${p.size} px${p.size === result.native ? ' (native)' : ''}\tmacro F1 ${p.macroF1.toFixed(4)} (${p.interval.map((end) => end.toFixed(4)).join(' to ')})`,
      );
      return { document: { ...result, seconds: seconds(started) }, text: lines.join('\n') };
    });
  },
};
