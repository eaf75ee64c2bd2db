/** A search as its form says it: which fields of a recipe are tried with which values. Pure. */
import { type SearchSpace, type searchResult } from '../../../../electron/contract/search.ts';
import { type z } from 'zod';

export type SearchFound = z.output<typeof searchResult>;

/** Fields that the form offers, with the values there are. Their words are those of the recipe's form. */
export const TRIED = {
  'loss.kind': ['cross-entropy', 'focal'],
  'loss.classWeights': ['none', 'effective-number'],
  'augmentation.plan': ['project', 'none', 'light', 'photos'],
  'data.sampler': ['shuffled', 'balanced'],
} as const;
export type TriedField = keyof typeof TRIED;
export type Tried = Readonly<Record<TriedField, readonly string[]>>;

/** What is tried until somebody says otherwise. */
export const TRIED_FIRST: Tried = {
  'loss.kind': ['cross-entropy', 'focal'],
  'loss.classWeights': ['none'],
  'augmentation.plan': ['project', 'none'],
  'data.sampler': ['shuffled'],
};
export const RATES_FIRST = '0.003, 0.001, 0.0003';

/** Numbers with commas or spaces between; undefined where one is none, or none is positive. */
export function ratesOf(text: string): number[] | undefined {
  const rates = text
    .split(/[\s,;]+/u)
    .filter(Boolean)
    .map(Number);
  return rates.length > 0 && rates.every((rate) => rate > 0 && rate <= 10) ? [...new Set(rates)] : undefined;
}

export interface SearchForm {
  backbone: string;
  preset: 'last-blocks' | 'full';
  epochs: number;
  rates: readonly number[];
  tried: Tried;
}

/** A field with one value is part of the base: nothing is searched there. */
export function spaceOf({ backbone, preset, epochs, rates, tried }: SearchForm): SearchSpace {
  const fields: Record<string, unknown[]> = { 'optimizer.rate': [...rates] };
  for (const [field, values] of Object.entries(tried)) if (values.length > 0) fields[field] = [...values];
  return { version: 1, base: { backbones: [backbone], preset, epochs }, fields, candidates: 16, least: 1 };
}

/** Different recipes in the space. */
export const sizeOfSpace = ({ rates, tried }: Pick<SearchForm, 'rates' | 'tried'>): number =>
  Object.values(tried).reduce((product, values) => product * Math.max(1, values.length), rates.length);

/** `optimizer.rate 0.001 · loss.kind focal`, by the words of `name` and `value`. */
export const valuesText = (
  values: Readonly<Record<string, unknown>>,
  word: (path: string, value: unknown) => string,
): string =>
  Object.entries(values)
    .map(([path, value]) => word(path, value))
    .join(' · ');
