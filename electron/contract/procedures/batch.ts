/** Classifying whole folders. */
import { z } from 'zod';
import { AVERAGES, secondStage, shard, VIEWS_OF_IMAGE } from '../looks.ts';
import { read, write } from '../procedure.ts';
import * as w from '../words.ts';

const none = z.object({});
const path = z.string().min(1).max(4096);
const count = z.number().int().nonnegative();

export const batchProcedures = {
  'batch.start': write({
    input: z.object({
      folder: path,
      run: w.id,
      out: path,
      /** Other runs of the same classes whose answers are averaged with those of `run`. */
      more: z.array(w.id).max(100).default([]),
      views: z.enum(VIEWS_OF_IMAGE).default('none'),
      average: z.enum(AVERAGES).default('probability'),
      stage2: secondStage.nullable().default(null),
      shard: shard.nullable().default(null),
      /** False: probabilities as the networks said them before their temperatures. The best class is the same for one network. */
      calibrated: z.boolean().default(true),
      /** Write all probabilities, one column a class. */
      probabilities: z.boolean().default(false),
      undecidedBelow: z.number().min(0).max(1).default(0.6),
    }),
    output: z.object({ job: w.id, batch: w.id }),
  }),
  'batch.list': read({ input: none, output: z.array(w.batchInfo) }),
  'batch.rows': read({
    input: z.object({
      batch: w.id,
      show: z.enum(['all', 'undecided', 'failed']).default('all'),
      from: count.default(0),
      count: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({ total: count, rows: z.array(w.batchRow) }),
  }),
} as const;
