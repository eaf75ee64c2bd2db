/** What a search keeps as its parameters, and what is wrong with a request before any work starts. */
import { AssayError, type FindingKind, type RunInfo } from '../../contract/index.ts';
import { type Part } from '../../catalogue/index.ts';
import { allBackbones, backboneNamed } from '../backbones.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { type FeatureRecipe } from '../features.ts';

export interface CleanParams {
  kinds: FindingKind[];
  backbones: string[];
  /** Whose held-out probabilities are used instead of a head's. */
  run?: number | null;
}

/** Parts of a run that it did not learn from. */
export const HELD_OUT: readonly Part[] = ['out-of-fold', 'test', 'validation'];

/** @throws AssayError `model/unknown`, `clean/backbone-untrained`, `run/unknown`, `clean/no-probabilities` */
export function checkParams(context: EngineContext, { backbones, run }: CleanParams): void {
  const untrained = backbones.map((name) => backboneNamed(context, name)).find((b) => b.origin === 'untrained');
  if (untrained) {
    const known = allBackbones(context).filter((b) => b.origin !== 'untrained');
    throw new AssayError('clean/backbone-untrained', {
      subject: untrained.name,
      values: { known: known.map((b) => b.name).join(', ') },
    });
  }
  if (run === undefined || run === null) return;
  const { runs, predictions } = projectOf(context).catalogue;
  const { name } = runs.get(run);
  if (!predictions.parts(run).some((part) => HELD_OUT.includes(part)))
    throw new AssayError('clean/no-probabilities', { values: { reason: `run ${run} (${name}) held none out.` } });
}

const DEFAULT_BACKBONES = ['photo', 'page'];

export type SearchRecipe = FeatureRecipe & { seed: number };

/** The features of the newest run, so that nothing is embedded twice; otherwise those of the backbones named. */
export function recipeOf(context: EngineContext, params: CleanParams): SearchRecipe {
  const isHead = (run: RunInfo): boolean => run.state === 'done' && run.preset === 'head';
  const newest = projectOf(context).catalogue.runs.list().find(isHead);
  if (params.backbones.length > 0 || !newest)
    return {
      backbones: params.backbones.length > 0 ? params.backbones : DEFAULT_BACKBONES,
      ...{ fit: 'letterbox', tap: 'depths', size: null, seed: 1 },
    };
  const recipe = newest.recipe as Partial<Pick<SearchRecipe, 'fit' | 'tap' | 'size' | 'seed'>>;
  return {
    backbones: newest.backbones,
    fit: recipe.fit ?? 'letterbox',
    tap: recipe.tap ?? 'depths',
    size: recipe.size ?? null,
    seed: recipe.seed ?? 1,
  };
}
