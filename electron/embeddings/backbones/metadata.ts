/** What model files say of their preprocessing, in the keys of Assay. */
import { z } from 'zod';
import { parseJson } from './spec.ts';

export interface StatedPreprocessing {
  title?: string;
  about?: string;
  licence?: string;
  size?: number;
  multiple?: number;
  colour?: 'RGB' | 'BGR';
  mean?: number[];
  std?: number[];
}

const side = z.number().int().positive().max(4096);
const stated = z.object({
  size: side.optional(),
  multipleOf: side.optional(),
  colour: z.enum(['RGB', 'BGR']).optional(),
  mean: z.array(z.number()).length(3).optional(),
  std: z.array(z.number().positive()).length(3).optional(),
});

/** Reads `assay.preprocessing` and its companions; what is missing or malformed is left out. */
export function metadataPreprocessing(metadata: ReadonlyMap<string, string>): StatedPreprocessing {
  const found = stated.safeParse(parseJson(metadata.get('assay.preprocessing') ?? '{}'));
  const { multipleOf, ...rest } = found.success ? found.data : {};
  return {
    ...rest,
    multiple: multipleOf,
    title: metadata.get('assay.architecture'),
    about: metadata.get('assay.pretraining'),
    licence: metadata.get('assay.licence'),
  };
}
