import { frame } from './frame.ts';
import { augment } from './augment.ts';
import { batch } from './batch.ts';
import { clean } from './clean.ts';
import { evaluate } from './evaluate.ts';
import { models } from './models.ts';
import { train } from './train.ts';
import { jobs } from './jobs.ts';

/** English decides the keys. */
export const en = { frame, jobs, augment, batch, clean, evaluate, models, train };
