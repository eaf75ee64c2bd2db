/** Which of the program's recipes the settings of the form are. */
import {
  RECIPE_PRESET_NAMES,
  RECIPE_PRESETS,
  type RecipePreset,
} from '../../../../electron/contract/recipe-presets.ts';
import { type Draft } from './form.ts';

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;

/** Null: something of one's own. */
export function lookOf(parts: Draft): RecipePreset | null {
  const text = JSON.stringify(sorted(parts));
  return RECIPE_PRESET_NAMES.find((name) => JSON.stringify(sorted(RECIPE_PRESETS[name])) === text) ?? null;
}
