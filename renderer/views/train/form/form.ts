/** What the form holds, and the request that it makes. Only what differs from the defaults is kept. */
import { type RecipeDraft } from '../../../../electron/contract/recipe-presets.ts';
import { type RecipeParts, type TrainRequest } from '../../../../electron/contract/recipe.ts';
import { type BackboneInfo } from '../../../../electron/contract/words.ts';
import { ALL_FIELDS, type FieldPath } from './fields.ts';
import { defaultBackbones } from '../recipe.ts';

export type Draft = RecipeDraft;

export type Preset = TrainRequest['preset'];

export interface TrainForm {
  backbones: string[];
  preset: Preset;
  /** Pixels; null: each backbone's native size. */
  size: number | null;
  fit: 'letterbox' | 'stretch';
  tap: 'depths' | 'last';
  seed: number;
  name: string;
  parts: Draft;
}

export const emptyForm = (): TrainForm => ({
  ...{ backbones: [], preset: 'head', size: null, fit: 'letterbox', tap: 'depths', seed: 1, name: '', parts: {} },
});

/** A head knows no settings but its request. */
export function requestOf({ name, preset, parts, ...rest }: TrainForm): TrainRequest {
  const { backbones, size, fit, tap, seed } = rest;
  return {
    ...{ version: 1, backbones, preset, size, fit, tap, seed, name: name.trim() || null },
    ...(preset === 'head' ? {} : parts),
  };
}

type Bag = Record<string, unknown>;
const split = (path: FieldPath): [string, string | undefined] => path.split('.') as [string, string | undefined];

export function valueAt(parts: Draft | RecipeParts | null, path: FieldPath): unknown {
  const [group, name] = split(path);
  const part = (parts as Bag | null)?.[group];
  return name === undefined ? part : (part as Bag | undefined)?.[name];
}

/** The draft with one setting given, or left to its default (undefined). */
export function withValue(parts: Draft, path: FieldPath, value: unknown): Draft {
  const [group, name] = split(path);
  const { [group]: old, ...others } = parts as Bag;
  const next = name === undefined ? value : { ...(old as Bag | undefined), [name]: value };
  if (name !== undefined && value === undefined) delete (next as Bag)[name];
  const left = next === undefined || (name !== undefined && Object.keys(next as Bag).length === 0);
  return (left ? others : { ...others, [group]: next }) as Draft;
}

/** The filled-in recipe with what was changed since it was asked for; null while nothing is known. */
export function effective(filled: RecipeParts | null, parts: Draft): RecipeParts | null {
  if (!filled) return null;
  return ALL_FIELDS.reduce<RecipeParts>((recipe, { path }) => {
    const value = valueAt(parts, path);
    return value === undefined ? recipe : (withValue(recipe, path, value) as RecipeParts);
  }, filled);
}

/** One network is trained alone; one that knows nothing yet is trained whole. */
export function withBackbone(form: TrainForm, name: string, known: readonly BackboneInfo[]): Partial<TrainForm> {
  const untrained = (one: string): boolean => known.find((b) => b.name === one)?.origin === 'untrained';
  if (untrained(name)) return { backbones: [name], preset: 'full' };
  if (form.preset !== 'head') return { backbones: [name] };
  const has = form.backbones.includes(name);
  return { backbones: has ? form.backbones.filter((b) => b !== name) : [...form.backbones, name] };
}

/** Another freeze level, with the backbones that it can take. */
export function withPreset(form: TrainForm, preset: Preset, known: readonly BackboneInfo[]): Partial<TrainForm> {
  const trained = form.backbones.filter((name) => known.find((b) => b.name === name)?.origin !== 'untrained');
  const fallback = trained.length > 0 ? trained : defaultBackbones(known);
  if (preset === 'head') return { preset, backbones: fallback };
  const kept = preset === 'full' && form.backbones.length > 0 ? form.backbones : fallback;
  return { preset, backbones: kept.slice(0, 1) };
}
