import { frame } from './frame.ts';
import { jobs } from './jobs.ts';

/** English decides the keys. */
export const en = { frame, jobs };
