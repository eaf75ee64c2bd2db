/** What a training will take, before it starts. */
import { type BackboneInfo, type Output, type Reason, type Recipe, type TrainRequest } from '../../contract/index.ts';
import { type ImageRecord } from '../../catalogue/index.ts';
import { fillRecipe } from '../../training/names.ts';
import { backboneFile } from '../backbones.ts';
import { type EngineContext } from '../context.ts';
import { workingImages } from '../features.ts';
import { checkRequest, classesOf } from './params.ts';

type Estimate = Output<'train.estimate'>;

/** Images a second of a small network on one core at 224 px; the estimate of a head scales it by pixels. */
const RATE_224 = 90;
/** A size further than this factor from the one that a network was made for is worth a warning. */
const FAR = 1.6;
const FEW = 10;
/** What only networks have. */
const HEAD = { recipe: null, weights: null, memoryChoices: null };

export async function estimate(context: EngineContext, request: TrainRequest, signal: AbortSignal): Promise<Estimate> {
  const backbones = checkRequest(context, request);
  const images = await workingImages(context, signal);
  const common = {
    images: images.filter((image) => image.class !== null).length,
    classes: classesOf(context, images).length,
    warnings: warningsOf(context, request, backbones, images),
  };
  return request.preset === 'head'
    ? { ...common, ...headEstimate(request, backbones, images.length), ...HEAD }
    : { ...common, ...(await networkEstimate(context, request, backbones[0]!, images, signal)) };
}

function headEstimate(request: TrainRequest, backbones: readonly BackboneInfo[], images: number) {
  let seconds = 2;
  let features = 0;
  for (const backbone of backbones) {
    const size = request.size ?? (backbone.nativeSize || 224);
    features += backbone.features;
    seconds += (images / RATE_224) * (size / 224) ** 2;
  }
  return {
    ...{ toEmbed: images, seconds },
    // Features twice (raw and standardised), the network, its activations.
    memoryBytes: images * features * 8 + 300e6,
    diskBytes: images * features * 4 + 20e6,
  };
}

async function networkEstimate(
  context: EngineContext,
  request: TrainRequest,
  backbone: BackboneInfo,
  images: readonly ImageRecord[],
  signal: AbortSignal,
) {
  const untrained = backbone.origin === 'untrained';
  const transformer = backbone.taps.some((tap) => tap.stride === null);
  const recipe = fillRecipe(request, { untrained, transformer });
  const { path } = await backboneFile(context, backbone.name, signal, recipe.seed);
  const labelled = images.filter((image) => image.class !== null && image.split !== 'test');
  const learned = Math.round(labelled.length * (1 - heldShare(recipe, labelled)));
  const plan = await context.interactive.run(
    'plan',
    {
      network: { backbone: path, tap: recipe.tap, size: recipe.size ?? null },
      ...{ classes: Math.max(2, classesOf(context, images).length), images: learned, recipe },
    },
    { signal },
  );
  const { trained, frozen, memoryBytes, memoryChoices, diskBytes } = plan;
  const { epochs, batch, accumulate, blocks, data, augmentation, loss, optimizer, schedule } = recipe;
  const { regularisation, device, stopping } = recipe;
  return {
    ...{ toEmbed: untrained ? 0 : labelled.length, memoryBytes, memoryChoices, diskBytes },
    seconds: plan.seconds + (untrained ? 0 : headEstimate(request, [backbone], labelled.length).seconds),
    weights: { trained, frozen },
    recipe: {
      ...{ epochs, batch, accumulate, blocks, data, augmentation, loss, optimizer, schedule },
      ...{ regularisation, device, stopping },
    },
  };
}

function heldShare({ data }: Recipe, labelled: readonly ImageRecord[]): number {
  if (data.folds > 0) return 1 / data.folds;
  const held = labelled.filter((image) => image.split === 'validation').length;
  return held > 0 ? held / labelled.length : data.validationShare;
}

function warningsOf(
  context: EngineContext,
  request: TrainRequest,
  backbones: readonly BackboneInfo[],
  images: readonly ImageRecord[],
): Reason[] {
  const warnings: Reason[] = [];
  for (const { title, nativeSize, origin } of backbones) {
    const size = request.size ?? (nativeSize || 224);
    // A network that knows nothing yet was made for no size.
    if (origin === 'untrained' || nativeSize === 0) continue;
    if (size < nativeSize / FAR || size > nativeSize * FAR)
      warnings.push({ key: 'size-far', values: { backbone: title, native: nativeSize, size } });
  }
  for (const { id, name } of classesOf(context, images)) {
    const count = images.filter((image) => image.class === id && image.split !== 'test').length;
    if (count < FEW) warnings.push({ key: 'class-small', values: { class: name, count } });
  }
  if (!images.some((image) => image.split === 'test' && image.class !== null))
    warnings.push({ key: 'no-test', values: {} });
  return warnings;
}
