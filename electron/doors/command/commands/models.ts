/** assay models: the backbones of a project. */
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, withProject, withReader } from '../studio.ts';

function triple(text: string | undefined, option: string): [number, number, number] | undefined {
  if (text === undefined) return undefined;
  const numbers = text.split(',').map(Number);
  const [a, b, c] = numbers;
  if (
    numbers.length !== 3 ||
    a === undefined ||
    b === undefined ||
    c === undefined ||
    !numbers.every(Number.isFinite)
  ) {
    throw usageError(models, `--${option} takes three numbers, as in 0.485,0.456,0.406`);
  }
  return [a, b, c];
}

export const models: Command = {
  name: 'models',
  operands: 'list | add FILE',
  about: 'list the backbones, or add an ONNX network',
  options: {
    project: PROJECT_OPTION,
    name: { type: 'string', about: 'name of the backbone' },
    size: { type: 'string', value: 'N', about: 'input side in pixels, where the file does not say' },
    mean: { type: 'string', value: 'R,G,B', about: 'mean per channel of values in 0-1, where the file does not say' },
    std: { type: 'string', value: 'R,G,B', about: 'standard deviation per channel' },
    colour: { type: 'string', value: 'RGB|BGR', about: 'channel order' },
    taps: { type: 'string', value: 'A,B', about: 'tensors to take features from (found in the graph)' },
  },
  async run(call) {
    const { options } = call;
    const [verb = 'list', file] = call.operands;
    if (verb === 'list') {
      return withReader(call, async (engine) => {
        const backbones = await engine.call('backbones.list', {});
        return {
          document: { backbones },
          text: backbones.map((b) => `${b.name}  ${b.features} features, ${b.about}`).join('\n'),
        };
      });
    }
    if (verb !== 'add' || file === undefined) throw usageError(models, 'say "list" or "add FILE"');
    const colour = options.string('colour');
    if (colour !== undefined && colour !== 'RGB' && colour !== 'BGR')
      throw usageError(models, '--colour takes RGB or BGR');
    return withProject(call, async (engine) => {
      const backbone = await engine.call('backbones.add', {
        file: options.resolve(file),
        name: options.required('name'),
        size: options.number('size'),
        mean: triple(options.string('mean'), 'mean'),
        std: triple(options.string('std'), 'std'),
        colour,
        taps: options.string('taps')?.split(','),
      });
      return {
        document: backbone,
        text: `Added ${backbone.name}: ${backbone.features} features at ${backbone.nativeSize} px.`,
      };
    });
  },
};
