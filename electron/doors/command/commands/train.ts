/** assay train: trains a head on cached features, the last blocks of a network, or all of it. */
import { z } from 'zod';
import {
  AssayError,
  DEVICES,
  PRECISIONS,
  isRecipePreset,
  type EpochPoint,
  type Input,
  PRESETS,
  RECIPE_PRESET_NAMES,
  RECIPE_PRESETS,
  trainRequest,
  type TrainRequest,
} from '../../../contract/index.ts';
import { type Engine } from '../../../engine/index.ts';
import { type Command, type Invocation } from '../command.ts';
import { readJson } from '../json-file.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, finishJob, seconds, withProject } from '../studio.ts';

type Given = Partial<Input<'train.start'>>;

const one = <T extends string>(given: string | undefined, known: readonly T[], option: string): T | undefined => {
  if (given === undefined) return undefined;
  const found = known.find((word) => word === given);
  if (!found) throw usageError(train, `--${option} takes ${known.join(' or ')}, not "${given}"`);
  return found;
};

/** A recipe of the program by its name, or a file as given; checked whole once the options were laid over it. */
async function recipeNamed({ options }: Invocation): Promise<Given> {
  const name = options.string('recipe');
  if (name === undefined) return {};
  return isRecipePreset(name)
    ? structuredClone(RECIPE_PRESETS[name])
    : ((await readJson(options.resolve(name))) as Given);
}

/** Only what was given: an option left out does not overrule the file. */
const given = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

async function requestOf(call: Invocation): Promise<TrainRequest> {
  const { options } = call;
  const file = await recipeNamed(call);
  const provider = one(options.string('device'), DEVICES, 'device');
  const precision = one(options.string('precision'), PRECISIONS, 'precision');
  const folds = options.number('folds');
  const recompute = options.flag('recompute') || undefined;
  const request = {
    ...file,
    ...given({
      backbones: options.string('backbone')?.split(',').filter(Boolean),
      preset: one(options.string('preset'), PRESETS, 'preset'),
      size: options.number('size'),
      fit: one(options.string('fit'), ['letterbox', 'stretch'] as const, 'fit'),
      tap: one(options.string('tap'), ['depths', 'last'] as const, 'tap'),
      seed: options.number('seed'),
      name: options.string('name'),
      epochs: options.number('epochs'),
      batch: options.number('batch'),
    }),
    ...((provider ?? precision ?? recompute) && {
      device: { ...file.device, ...given({ provider, precision, recompute }) },
    }),
    ...(folds !== undefined && { data: { ...file.data, folds } }),
  };
  if (request.backbones === undefined) throw usageError(train, '--backbone is missing');
  const checked = trainRequest.safeParse(request);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0]!;
  const own = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : null;
  // In a part that a person writes out (a plan), the unknown field itself is named.
  const deep = own !== null && issue.path.length > 1;
  const field = [...issue.path, ...(deep ? [own] : [])].join('.') || (own ?? 'recipe');
  throw new AssayError('train/recipe-invalid', { subject: field, values: { reason: z.prettifyError(checked.error) } });
}

const figure = (value: number | null): string => (value === null ? '—' : value.toFixed(4));

const epochLine = (epochs: number, point: EpochPoint): string =>
  [
    `${point.fold === null ? '' : `fold ${point.fold} · `}epoch ${point.epoch}/${epochs}`,
    `loss ${figure(point.loss)}`,
    `validation loss ${figure(point.validationLoss)} F1 ${figure(point.validationF1)}`,
    ...(point.robustF1 === null ? [] : [`degraded F1 ${figure(point.robustF1)}`]),
    `${point.imagesPerSecond.toFixed(1)} images/s`,
    ...(point.best ? ['best'] : []),
  ].join(' · ');

/** A line an epoch, as they end. */
function tellEpochs(engine: Engine, run: number, call: Invocation): () => void {
  return engine.subscribe((event) => {
    if (event.type !== 'epoch' || event.run !== run) return;
    call.terminal.endProgress();
    call.terminal.note(epochLine(event.epochs, event.point));
  });
}

export const train: Command = {
  name: 'train',
  operands: '',
  about: 'train a head, the last blocks or a whole network; the result is one ONNX model',
  options: {
    project: PROJECT_OPTION,
    backbone: { type: 'string', value: 'NAME[,NAME]', about: 'backbones; several are concatenated (head only)' },
    preset: { type: 'string', value: 'head|last-blocks|full', about: 'what is trained (head)' },
    recipe: {
      ...{ type: 'string', value: 'NAME|FILE.json' },
      about: `${RECIPE_PRESET_NAMES.join(', ')} or a file; other options overrule it (docs/recipe.md)`,
    },
    size: { type: 'string', value: 'N', about: 'input side in pixels (the native size)' },
    fit: {
      type: 'string',
      value: 'letterbox|stretch',
      about: 'how an image meets the square input (letterbox, on white)',
    },
    tap: { type: 'string', value: 'depths|last', about: 'which tensors are pooled (depths)' },
    epochs: { type: 'string', value: 'N', about: 'times that all images are seen' },
    batch: { type: 'string', value: 'N', about: 'images a step (16)' },
    folds: { type: 'string', value: 'K', about: 'K trainings; each image is predicted by the one that did not see it' },
    device: { type: 'string', value: DEVICES.join('|'), about: 'where it is computed (cpu)' },
    precision: { type: 'string', value: PRECISIONS.join('|'), about: 'of products and convolutions (float32)' },
    recompute: { type: 'boolean', about: 'less memory for more time; the weights come out the same' },
    resume: { type: 'string', value: 'RUN', about: 'go on with a run that was paused or interrupted' },
    seed: { type: 'string', value: 'N', about: 'seed (1)' },
    name: { type: 'string', about: 'name of the run' },
  },
  async run(call) {
    const { options } = call;
    const started = Date.now();
    const resumed = options.number('resume');
    const request = resumed === undefined ? await requestOf(call) : undefined;
    return withProject(call, async (engine) => {
      const { job, run } =
        request === undefined
          ? await engine.call('train.resume', { run: resumed! })
          : await engine.call('train.start', request);
      const untell = tellEpochs(engine, run, call);
      await finishJob(engine, job, call).finally(untell);
      const info = await engine.call('runs.get', { run });
      const document = {
        run,
        split: info.split,
        accuracy: info.accuracy,
        macroF1: info.macroF1,
        ...(info.epochs.length > 0 && { epochs: info.epochs }),
        seconds: seconds(started),
      };
      const text = `Run ${run} on ${info.split}: macro F1 ${info.macroF1?.toFixed(4)}, accuracy ${info.accuracy?.toFixed(4)}.`;
      return { document, text };
    });
  },
};
