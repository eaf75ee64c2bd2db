/** Classes, and the gestures that label images. */
import { z } from 'zod';
import { read, write } from '../procedure.ts';
import * as w from '../words.ts';

const none = z.object({});
const count = z.number().int().nonnegative();

/**
 * Whom a gesture touches: images by id, a whole query result (also a million), or row ranges of an open view.
 * Ranges are [first, past the last).
 */
export const selection = z.union([
  z.object({ ids: z.array(w.id).max(100_000) }),
  z.object({ query: z.string().max(10_000) }),
  z.object({ view: w.id, ranges: z.array(z.tuple([count, count])) }),
]);
export type Selection = z.infer<typeof selection>;

/** One change of a gesture. A field left out stays as it is; `class: null` takes the label away. */
export const labelChange = z.object({
  class: w.id.nullable().optional(),
  unsure: z.boolean().optional(),
  excluded: z.boolean().optional(),
  split: w.split.optional(),
  note: z.string().max(10_000).nullable().optional(),
});
export type LabelChange = z.infer<typeof labelChange>;

export const labellingProcedures = {
  'classes.list': read({ input: none, output: z.array(w.classInfo) }),
  'classes.create': write({
    input: z.object({
      name: z.string().min(1).max(200),
      group: z.string().max(200).nullish(),
      key: z.string().nullish(),
    }),
    output: w.classInfo,
  }),
  'classes.update': write({
    input: z.object({
      id: w.id,
      name: z.string().min(1).max(200).optional(),
      shortName: z.string().max(200).nullable().optional(),
      key: z.string().nullable().optional(),
      colour: z.number().int().min(0).max(19).optional(),
      group: z.string().max(200).nullable().optional(),
      order: z.number().int().optional(),
    }),
    output: w.classInfo,
  }),
  'classes.merge': write({ input: z.object({ from: w.id, into: w.id }), output: z.object({ action: w.actionInfo }) }),
  /**
   * Images of the test split are neither excluded nor left without a label, unless the same change moves them to another
   * split: `spared` says how many were left. Throws `label/class-unknown`, `label/test-kept` where nothing else was to be done.
   */
  'labels.apply': write({
    input: z.object({ selection, change: labelChange }),
    output: z.object({ action: w.actionInfo.nullable(), changed: count, spared: count, revision: count }),
  }),
  /** Makes a run's predictions the labels of the selection, above a probability. */
  'labels.accept': write({
    input: z.object({ selection, run: w.id.nullish(), above: z.number().min(0).max(1).default(0) }),
    output: z.object({ action: w.actionInfo.nullable(), changed: count, revision: count }),
  }),
  'history.undo': write({ input: none, output: z.object({ action: w.actionInfo, revision: count }) }),
  'history.redo': write({ input: none, output: z.object({ action: w.actionInfo, revision: count }) }),
  'history.list': read({
    input: z.object({ limit: z.number().int().min(1).max(1000).default(100) }),
    output: z.array(w.actionInfo),
  }),
} as const;
