import { type en } from '../en/index.ts';
import { frame } from './frame.ts';
import { jobs } from './jobs.ts';

export const ko: { [A in keyof typeof en]: Record<keyof (typeof en)[A], string> } = { frame, jobs };
