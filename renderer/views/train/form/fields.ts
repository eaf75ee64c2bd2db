/** The settings of a recipe as the form shows them: group, kind, unit, and when one means something. Words: recipe.ts. */
import { recipeParts, type RecipeParts } from '../../../../electron/contract/recipe.ts';

/** Path of one setting: `batch`, `loss.gamma`. */
export type FieldPath = {
  [K in keyof RecipeParts]: RecipeParts[K] extends number ? K : `${K}.${keyof RecipeParts[K] & string}`;
}[keyof RecipeParts];

export type FieldKind = 'number' | 'share' | 'choice' | 'toggle' | 'plan' | 'weights';
export type Unit = 'epochs' | 'images' | 'steps' | 'blocks' | 'folds' | 'draws' | 'times' | 'share';

export interface Field {
  path: FieldPath;
  /** `share`: kept as 0-1, shown as per cent. */
  kind: FieldKind;
  unit?: Unit;
  /** Of the arrow keys. */
  step?: number;
  options?: readonly string[];
  /** Left out: always. */
  when?: (recipe: RecipeParts) => boolean;
}

export const GROUPS = ['data', 'augmentation', 'loss', 'optimizer', 'regularisation', 'device', 'stopping'] as const;
export type Group = (typeof GROUPS)[number];

const number = (path: FieldPath, more: Partial<Field> = {}): Field => ({ path, kind: 'number', ...more });
const share = (path: FieldPath, more: Partial<Field> = {}): Field => ({
  ...{ path, kind: 'share', unit: 'share', step: 1 },
  ...more,
});
const toggle = (path: FieldPath): Field => ({ path, kind: 'toggle' });
const choice = (path: FieldPath, options: readonly string[], when?: Field['when']): Field => ({
  ...{ path, kind: 'choice', options },
  ...(when && { when }),
});

const focal: Field['when'] = ({ loss }) => loss.kind === 'focal';
const rises: Field['when'] = ({ schedule }) => schedule.kind === 'warmup-cosine' || schedule.kind === 'one-cycle';
const cosine: Field['when'] = ({ schedule }) => schedule.kind === 'warmup-cosine';
const steps: Field['when'] = ({ schedule }) => schedule.kind === 'step';
const sgd: Field['when'] = ({ optimizer }) => optimizer.kind === 'sgd';
const betas: Field['when'] = ({ optimizer }) => optimizer.kind !== 'sgd';
const graphics: Field['when'] = ({ device }) => device.provider !== 'cpu';
const stops: Field['when'] = ({ stopping }) => stopping.metric !== 'none';

/** Always in sight. */
export const EPOCHS: Field = number('epochs', { unit: 'epochs' });
export const BLOCKS: Field = number('blocks', { unit: 'blocks' });

export const FIELDS: Readonly<Record<Group, readonly Field[]>> = {
  data: [
    share('data.validationShare'),
    number('data.folds', { unit: 'folds' }),
    choice('data.sampler', ['shuffled', 'balanced']),
    toggle('data.robust'),
  ],
  augmentation: [{ path: 'augmentation.plan', kind: 'plan' }, number('augmentation.draws', { unit: 'draws' })],
  loss: [
    choice('loss.kind', ['cross-entropy', 'focal']),
    number('loss.gamma', { step: 0.1, when: focal }),
    choice('loss.focusing', ['probability', 'contest'], focal),
    share('loss.labelSmoothing'),
    { path: 'loss.classWeights', kind: 'weights', options: ['none', 'effective-number'] },
    number('loss.beta', { step: 0.001, when: ({ loss }) => loss.classWeights === 'effective-number' }),
    number('loss.logitAdjustment', { step: 0.1 }),
    choice('loss.adjustmentSign', ['published', 'contest'], ({ loss }) => loss.logitAdjustment > 0),
  ],
  optimizer: [
    choice('optimizer.kind', ['adamw', 'sgd', 'lion']),
    number('optimizer.rate', { step: 0.0001 }),
    choice('schedule.kind', ['warmup-cosine', 'one-cycle', 'step', 'constant']),
    share('schedule.warmup', { when: rises }),
    share('schedule.minimum', { when: cosine }),
    number('schedule.restarts', { unit: 'times', when: cosine }),
    number('schedule.every', { unit: 'epochs', when: steps }),
    number('schedule.factor', { step: 0.1, when: steps }),
    number('batch', { unit: 'images' }),
    number('accumulate', { unit: 'steps' }),
    number('optimizer.weightDecay', { step: 0.01 }),
    number('optimizer.momentum', { step: 0.01, when: sgd }),
    number('optimizer.beta1', { step: 0.01, when: betas }),
    number('optimizer.beta2', { step: 0.001, when: betas }),
    number('optimizer.layerDecay', { step: 0.05 }),
    number('optimizer.clipNorm', { step: 0.5 }),
  ],
  regularisation: [
    number('regularisation.ema', { step: 0.01 }),
    number('regularisation.mixup', { step: 0.1 }),
    number('regularisation.cutmix', { step: 0.1 }),
    share('regularisation.dropout'),
    share('regularisation.stochasticDepth'),
  ],
  device: [
    choice('device.provider', recipeParts.shape.device.shape.provider.options),
    choice('device.precision', recipeParts.shape.device.shape.precision.options, graphics),
    toggle('device.recompute'),
  ],
  stopping: [
    choice('stopping.metric', ['none', 'f1', 'loss', 'either', 'both']),
    number('stopping.patience', { unit: 'epochs', when: stops }),
    number('stopping.leastF1', { step: 0.0005, when: stops }),
    number('stopping.leastLoss', { step: 0.001, when: stops }),
  ],
};

export const ALL_FIELDS: readonly Field[] = [EPOCHS, BLOCKS, ...GROUPS.flatMap((group) => FIELDS[group])];

/** What the contract allows of a number, in the unit that is shown. */
export function limits({ path, kind }: Field): { min: number; max: number } {
  const [group, name] = path.split('.') as [keyof RecipeParts, string | undefined];
  const part: unknown = recipeParts.shape[group];
  const shape = name === undefined ? part : (part as { shape: Record<string, unknown> }).shape[name];
  const { minValue, maxValue } = shape as { minValue?: number | null; maxValue?: number | null };
  const scale = kind === 'share' ? 100 : 1;
  return { min: (minValue ?? 0) * scale, max: (maxValue ?? Number.MAX_SAFE_INTEGER) * scale };
}
