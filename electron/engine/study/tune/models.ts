/**
 * The models that answer for a run's images out of fold. A network with folds has kept them; a head keeps only its folds,
 * and is fitted again without each of them, with the strength that the run chose: seconds on cached features.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError, type RunInfo, trainRequest } from '../../../contract/index.ts';
import { backboneNamed } from '../../backbones.ts';
import { type EngineContext, projectOf } from '../../context.ts';
import { ensureFeatures, workingImages } from '../../features.ts';
import { type JobContext } from '../../jobs.ts';
import { foldsOf } from '../../oof/folds.ts';
import { checkModel, runFolder } from '../../runs.ts';
import { type TuneImages } from './images.ts';

/** A model and the places of the images that it did not learn from. */
export interface FoldModel {
  name: string;
  model: string;
  places: number[];
}

const foldFile = (folder: string, fold: number): string => join(folder, `fold-${fold + 1}`, 'model.onnx');

/** @throws AssayError `run/unknown`; `run/unfinished` where a run has no models to answer with */
export function checkTunable(context: EngineContext, run: number): RunInfo {
  checkModel(context, run);
  const info = projectOf(context).catalogue.runs.get(run);
  if (!['head', 'last-blocks', 'full'].includes(info.preset))
    throw new AssayError('run/unfinished', {
      subject: String(run),
      values: { reason: 'it is made of other runs; tune one of those' },
    });
  return info;
}

/** Who answers for which images. Heads are named here and fitted by `fitHeads`, where they are needed. */
export async function foldModels(context: EngineContext, run: number, images: TuneImages): Promise<FoldModel[]> {
  const folder = runFolder(context, run);
  const { preset } = projectOf(context).catalogue.runs.get(run);
  if (images.part === 'validation')
    return [{ name: 'model', model: join(folder, 'model.onnx'), places: images.ids.map((_, i) => i) }];
  const folds = await foldsOf(folder);
  const places = new Map<number, number[]>();
  images.ids.forEach((id, i) => {
    const fold = folds.get(id);
    if (fold !== undefined) places.set(fold, [...(places.get(fold) ?? []), i]);
  });
  const lacks = (reason: string): never => {
    throw new AssayError('run/unfinished', { subject: String(run), values: { reason } });
  };
  if ([...places.values()].flat().length < images.ids.length) lacks('it has not kept its folds; train it again');
  const models: FoldModel[] = [];
  for (const fold of [...places.keys()].sort((a, b) => a - b)) {
    const model =
      preset === 'head' ? join(folder, 'tuning', 'passing', `fold-${fold + 1}.onnx`) : foldFile(folder, fold);
    if (preset !== 'head' && !existsSync(model)) lacks(`the model of fold ${fold + 1} is gone; train it again`);
    models.push({ name: `fold-${fold + 1}`, model, places: places.get(fold)! });
  }
  return models;
}

const fitFile = z.object({ c: z.number() });

/** Writes the heads that are no files yet; other runs have nothing to write. */
export async function fitHeads(
  context: EngineContext,
  run: number,
  models: readonly FoldModel[],
  job: JobContext,
): Promise<void> {
  const folds = await foldsOf(runFolder(context, run));
  const missing = models.filter(({ model }) => !existsSync(model));
  if (missing.length === 0) return;
  const { catalogue } = projectOf(context);
  const recipe = trainRequest.parse(catalogue.runs.get(run).recipe);
  const classes = catalogue.runs.classes(run).map(({ name }) => name);
  const column = new Map(
    catalogue.classes.list().flatMap(({ id, name }) => (classes.includes(name) ? [[id, classes.indexOf(name)]] : [])),
  );
  const images = (await workingImages(context, job.signal)).filter(
    ({ id, split }) => folds.has(id) && split !== 'test',
  );
  const natives = recipe.backbones.map((name) => backboneNamed(context, name).nativeSize);
  // Several networks of several sizes: the run knows the largest only, which stands for "each its own".
  const size = natives.length > 1 && recipe.size === Math.max(...natives) ? null : (recipe.size ?? null);
  const { backbones, fit, tap, seed } = recipe;
  const features = await ensureFeatures(context, { backbones, fit, tap, size }, images, job);
  const { c } = fitFile.parse(JSON.parse(await readFile(join(runFolder(context, run), 'fit.json'), 'utf8')));
  for (const [at, { name, model }] of missing.entries()) {
    const fold = Number(name.slice('fold-'.length)) - 1;
    job.progress('fold-heads', at, missing.length);
    const head = await context.compute.run(
      'head',
      {
        ...{ features: features.files, classes, seed, strengths: [c] },
        hashes: images.map(({ hash }) => hash ?? ''),
        labels: Int32Array.from(images, ({ class: own }) => (own === null ? -1 : (column.get(own) ?? -1))),
        held: Uint8Array.from(images, ({ id }) => (folds.get(id) === fold ? 1 : 0)),
        groups: Int32Array.from(images, ({ group }) => group ?? -1),
      },
      { signal: job.signal },
    );
    const { weights, bias, temperature } = head;
    await context.compute.run(
      'export',
      {
        ...{ backbones: features.backbones.map(({ path }) => path), tap, size, fit, classes },
        ...{ head: { weights, bias, temperature }, provenance: { run, without: name }, out: model },
      },
      { signal: job.signal },
    );
  }
}
