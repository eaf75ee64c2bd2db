import { type en } from '../en/index.ts';
import { frame } from './frame.ts';
import { augment } from './augment.ts';
import { batch } from './batch.ts';
import { clean } from './clean.ts';
import { evaluate } from './evaluate.ts';
import { models } from './models.ts';
import { train } from './train.ts';
import { jobs } from './jobs.ts';

export const ko: { [A in keyof typeof en]: Record<keyof (typeof en)[A], string> } = { frame, jobs, augment, batch, clean, evaluate, models, train };
