/** What a training job keeps, and what is wrong with a request before any work starts. */
import { AssayError, type BackboneInfo, type Plan, type Policy, type TrainRequest } from '../../contract/index.ts';
import { checkPlan, contestFor, DOCUMENT_CONTEST, PRESETS } from '../../augment/catalogue.ts';
import { type ImageRecord, type RunClass } from '../../catalogue/index.ts';
import { backboneNamed } from '../backbones.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { projectPlan } from '../project-plan.ts';

export interface TrainParams {
  run: number;
  request: TrainRequest;
  /** Labels that stand in place of the project's in this training alone; the project's stay as they are. */
  labels?: readonly TrainLabel[];
  /** Pauses after so many epochs (of every fold); the run is stopped then, and goes on from there. Networks only. */
  until?: number;
}

export interface TrainLabel {
  image: number;
  class: number;
}

/** Classes with labelled images outside the test split, in the project's order. */
export function classesOf(context: EngineContext, images: readonly ImageRecord[]): RunClass[] {
  const used = new Set(images.filter((image) => image.split !== 'test').map((image) => image.class));
  return projectOf(context)
    .catalogue.classes.list()
    .filter((c) => used.has(c.id))
    .map(({ id, name }) => ({ id, name }));
}

const invalid = (field: string, reason: string): AssayError =>
  new AssayError('train/recipe-invalid', { subject: field, values: { reason } });

/** The backbones asked for. @throws AssayError `model/unknown`, `train/recipe-invalid` */
export function checkRequest(context: EngineContext, request: TrainRequest): BackboneInfo[] {
  const backbones = request.backbones.map((name) => backboneNamed(context, name));
  const untrained = backbones.find((backbone) => backbone.origin === 'untrained');
  if (untrained && request.preset !== 'full')
    throw invalid('preset', `"${untrained.name}" knows nothing yet: train it whole (full).`);
  if (request.preset !== 'head' && backbones.length > 1)
    throw invalid('backbones', 'a network is trained alone; several backbones make a head.');
  if (request.preset === 'head' && request.data?.folds)
    throw invalid('data.folds', 'a head is always fitted out of fold; folds are for whole networks.');
  if (request.augmentation) augmentationOf(context, { plan: 'none', ...request.augmentation });
  return backbones;
}

/** @throws AssayError `train/too-few-classes` */
export function checkClasses(context: EngineContext): void {
  const classes = projectOf(context).catalogue.classes.list();
  const trainable = classes.filter((c) => c.counts.total - c.counts.test > 0);
  if (trainable.length < 2) throw new AssayError('train/too-few-classes', { values: { found: trainable.length } });
}

export interface Augmentation {
  /** One for all classes; nothing where there is a plan by class group. */
  policy: Policy;
  plan: Plan | null;
}

const NOTHING: Policy = { name: 'none', ops: [] };

/**
 * What a recipe augments with: a plan by class group that it writes out, the contest's, the project's own or a preset.
 * @throws AssayError `train/recipe-invalid` with the field
 */
export function augmentationOf(
  context: EngineContext,
  { plan: name, groups }: { plan: string; groups?: Plan | null },
): Augmentation {
  const known = projectOf(context)
    .catalogue.classes.list()
    .map((c) => c.name);
  if (groups) return { policy: NOTHING, plan: checkPlan(groups, known) };
  if (name === DOCUMENT_CONTEST.name) return { policy: NOTHING, plan: checkPlan(contestFor(known), known) };
  if (name === 'project') return { policy: NOTHING, plan: projectPlan(context) };
  const preset = PRESETS.find((one) => one.name === name);
  if (preset) return { policy: preset, plan: null };
  const names = ['project', DOCUMENT_CONTEST.name, ...PRESETS.map((one) => one.name)].join(', ');
  throw invalid('augmentation.plan', `there is no plan "${name}"; known are ${names}.`);
}
