/** Recipes as files: the very document that `assay train --recipe` takes. */
import { type z } from 'zod';
import { trainRequest, type TrainRequest } from '../../../../electron/contract/recipe.ts';
import { type MessageKey, type Values } from '../../../messages/messages.svelte.ts';
import { emptyForm, requestOf, type TrainForm } from './form.ts';

/** Bytes; a recipe is a few thousand. */
export const LARGEST = 1_000_000;

/** A setting that was refused, and why, in words of the interface. */
export interface WrongField {
  field: string;
  reason: MessageKey;
  values: Values;
}

export type ReadRecipe = { form: TrainForm } | { wrong: WrongField[] } | { notJson: true };

/** What is left to its default is left out, so that the file says what was chosen. */
export function recipeText(form: TrainForm): string {
  const { name, size, ...rest } = requestOf(form);
  return `${JSON.stringify({ ...rest, ...(size ? { size } : {}), ...(name ? { name } : {}) }, null, 2)}\n`;
}

export function readRecipe(text: string): ReadRecipe {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { notJson: true };
  }
  const checked = trainRequest.safeParse(document);
  return checked.success ? { form: formOf(checked.data) } : { wrong: checked.error.issues.flatMap(wrongFields) };
}

/** The form of a run's recipe or of a file; null where it is none, as an old run's. */
export function formOfRun(recipe: Readonly<Record<string, unknown>>): TrainForm | null {
  const known = Object.fromEntries(Object.entries(recipe).filter(([key]) => key in trainRequest.shape));
  const checked = trainRequest.safeParse(known);
  return checked.success ? { ...formOf(checked.data), name: '' } : null;
}

function formOf(request: TrainRequest): TrainForm {
  const { version: _version, backbones, preset, size, fit, tap, seed, name, ...parts } = request;
  return {
    ...emptyForm(),
    ...{ backbones, preset, size: size ?? null, fit, tap, seed, name: name ?? '' },
    parts: preset === 'head' ? {} : parts,
  };
}

function wrongFields(issue: z.core.$ZodIssue): WrongField[] {
  const field = issue.path.join('.') || '—';
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        ...{ field: [...issue.path, key].join('.'), reason: 'recipe.wrongUnknown', values: {} },
      }));
    case 'too_small':
      return [{ field, reason: 'recipe.wrongLeast', values: { least: String(issue.minimum) } }];
    case 'too_big':
      return [{ field, reason: 'recipe.wrongMost', values: { most: String(issue.maximum) } }];
    case 'invalid_value':
      return [{ field, reason: 'recipe.wrongChoice', values: { choices: issue.values.map(String).join(', ') } }];
    default:
      return [{ field, reason: 'recipe.wrongType', values: {} }];
  }
}
