/** Bringing images in: what lies in a folder, where its labels come from, and the job that reads it. */
import { z } from 'zod';
import { read, write } from '../procedure.ts';
import * as w from '../words.ts';

const path = z.string().min(1).max(4096);
const count = z.number().int().nonnegative();
const job = z.object({ job: w.id });

export const tableGuess = z.object({
  path: z.string(),
  name: z.string(),
  rows: count,
  columns: z.array(z.string()),
  /** Columns that look like file names and labels; null where none does. */
  idColumn: z.string().nullable(),
  labelColumn: z.string().nullable(),
  /** A table beside it that names the classes (meta.csv), where label values are numbers. */
  classNames: z.string().nullable(),
  /** How many ids of the first rows are files below the folder, 0-1. */
  match: z.number(),
});
export type TableGuess = z.infer<typeof tableGuess>;

export const importPlan = z.object({
  source: path,
  /** Where labels come from. */
  labels: z.enum(['folders', 'tables', 'none']),
  /** CSV files for `labels: 'tables'`; columns are guessed where left out. */
  tables: z
    .array(
      z.object({ path, idColumn: z.string().nullish(), labelColumn: z.string().nullish(), classNames: path.nullish() }),
    )
    .default([]),
  /** `folders`: train/validation/test in the path; `list`: the images named in `splitList` are test, others training; `draw`: seeded and stratified. */
  split: z.enum(['folders', 'list', 'draw', 'none']).default('folders'),
  splitList: path.nullish(),
  /** Shares for `draw`. */
  validationShare: z.number().min(0).max(0.9).default(0),
  testShare: z.number().min(0).max(0.9).default(0.2),
  seed: z.number().int().default(1),
});
export type ImportPlan = z.infer<typeof importPlan>;

export const importProcedures = {
  'folders.list': read({
    project: false,
    input: z.object({ path: path.nullish() }),
    output: z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(z.object({ name: z.string(), path: z.string(), project: z.boolean() })),
      files: z.array(z.object({ name: z.string(), path: z.string(), bytes: count })),
    }),
  }),
  /** What an import of this folder would find: the one choice (where labels come from) is made on this. */
  'folders.inspect': read({
    project: false,
    input: z.object({ path }),
    output: z.object({
      path: z.string(),
      images: count,
      /** True where counting stopped early. */
      more: z.boolean(),
      classFolders: z.array(z.object({ name: z.string(), images: count })),
      splitFolders: z.array(z.string()),
      tables: z.array(tableGuess),
      suggestion: z.enum(['folders', 'tables', 'none']),
    }),
  }),

  'import.start': write({ input: importPlan, output: job }),
  'demo.start': write({
    project: true,
    input: z.object({
      folder: path,
      train: z.number().int().min(17).max(100_000).default(1570),
      test: z.number().int().min(0).max(100_000).default(3140),
      noise: z.number().min(0).max(0.5).default(0.03),
      seed: z.number().int().default(1),
    }),
    output: job,
  }),
} as const;
