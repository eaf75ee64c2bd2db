/** Looking at images: views of a query, one image, and its neighbours. */
import { z } from 'zod';
import { read } from '../procedure.ts';
import * as w from '../words.ts';

const none = z.object({});
const count = z.number().int().nonnegative();

/** A chip of the parsed query: field, the values in words, and the piece of text it came from. */
export const chip = z.object({
  field: z.string(),
  value: z.string(),
  negated: z.boolean(),
  joinedBy: z.enum(['and', 'or']),
  start: count,
  end: count,
});
export type Chip = z.infer<typeof chip>;

export const viewGroup = z.object({
  key: z.string(),
  /** What the group shows: a class, "no label, predicted X", a split, a source. */
  class: w.id.nullable(),
  predicted: w.id.nullable(),
  title: z.string(),
  from: count,
  count,
});
export type ViewGroup = z.infer<typeof viewGroup>;

export const lookingProcedures = {
  'view.open': read({
    input: z.object({
      query: z.string().max(10_000),
      group: z.enum(['none', 'class', 'split', 'source', 'prediction']).default('none'),
      /** Tiles wanted at once. */
      first: z.number().int().min(0).max(500).default(120),
    }),
    output: z.object({
      view: w.id,
      revision: count,
      total: count,
      groups: z.array(viewGroup),
      chips: z.array(chip),
      tiles: z.array(w.tile),
    }),
  }),
  'view.tiles': read({
    input: z.object({ view: w.id, from: count, count: z.number().int().min(1).max(500) }),
    output: z.object({ from: count, tiles: z.array(w.tile) }),
  }),
  /** Rows of these images in an open view (null: not in it). */
  'view.rows': read({
    input: z.object({ view: w.id, ids: z.array(w.id).max(1000) }),
    output: z.array(count.nullable()),
  }),
  'view.ids': read({
    input: z.object({ view: w.id, ranges: z.array(z.tuple([count, count])) }),
    output: z.array(w.id),
  }),
  'view.close': read({ input: z.object({ view: w.id }), output: none }),
  'query.complete': read({
    input: z.object({ text: z.string().max(10_000), cursor: count }),
    output: z.object({
      start: count,
      end: count,
      items: z.array(z.object({ insert: z.string(), label: z.string(), detail: z.string(), count: count.nullable() })),
    }),
  }),
  'images.detail': read({ input: z.object({ id: w.id }), output: w.imageDetail }),
  /** Paths of many images at once, for lists. */
  'images.paths': read({ input: z.object({ ids: z.array(w.id).max(10_000) }), output: z.array(z.string()) }),
  'images.similar': read({
    input: z.object({ ids: z.array(w.id).min(1).max(200), count: z.number().int().min(1).max(500).default(24) }),
    output: z.object({
      /** Null where no embedding exists yet: train or clean once. */
      backbone: z.string().nullable(),
      neighbours: z.array(z.object({ tile: w.tile, similarity: z.number() })),
    }),
  }),
} as const;
