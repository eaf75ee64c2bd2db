/** assay recipe: what decided a run, and in what two of them differ. */
import { isRecipePreset, RECIPE_PRESET_NAMES, RECIPE_PRESETS, RECIPE_VERSION } from '../../../contract/index.ts';
import { readJson } from '../json-file.ts';
import { type Engine } from '../../../engine/index.ts';
import { type Command, type Invocation } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, runNamed, withProject } from '../studio.ts';

/** One field that is not the same; undefined where one lacks it. */
export interface Difference {
  field: string;
  first: unknown;
  second: unknown;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that differ, by their paths, in the order of the first document and then of the second. Pure. */
export function differences(first: unknown, second: unknown, path = ''): Difference[] {
  if (isPlain(first) && isPlain(second)) {
    const keys = [...new Set([...Object.keys(first), ...Object.keys(second)])];
    return keys.flatMap((key) => differences(first[key], second[key], path ? `${path}.${key}` : key));
  }
  // Left out and null say the same.
  if ((first ?? null) === (second ?? null) || JSON.stringify(first) === JSON.stringify(second)) return [];
  return [{ field: path, first, second }];
}

export const recipe: Command = {
  name: 'recipe',
  operands: 'show RUN|NAME | diff A B',
  about: `the recipe of a run or one of the program (${RECIPE_PRESET_NAMES.join(', ')}), or in what two (runs, names, files) differ`,
  options: { project: PROJECT_OPTION },
  async run(call) {
    const [verb, a, b, ...more] = call.operands;
    if (verb === 'show' && a !== undefined && b === undefined) {
      const document = await recipeOf(call, a);
      return { document, text: JSON.stringify(document, null, 2) };
    }
    if (verb !== 'diff' || a === undefined || b === undefined || more.length > 0)
      throw usageError(recipe, 'say "recipe show RUN" or "recipe diff A B"');
    const found = differences(await recipeOf(call, a), await recipeOf(call, b));
    const word = (value: unknown): string => (value === undefined ? '—' : JSON.stringify(value));
    const lines = found.map(({ field, first, second }) => `${field}\t${word(first)}\t${word(second)}`);
    return { document: { differences: found }, text: lines.join('\n') || 'They are the same.' };
  },
};

/** A file's document, one of the program's, or the recipe that a run kept. */
async function recipeOf(call: Invocation, given: string): Promise<unknown> {
  if (isRecipePreset(given)) return { version: RECIPE_VERSION, ...RECIPE_PRESETS[given] };
  if (given.endsWith('.json')) return readJson(call.options.resolve(given));
  return withProject(
    call,
    async (engine: Engine) => (await engine.call('runs.get', { run: await runNamed(engine, given) })).recipe,
  );
}
