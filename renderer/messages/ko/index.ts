import { type en } from '../en/index.ts';
import { frame } from './frame.ts';
import { augment } from './augment.ts';
import { batch } from './batch.ts';
import { clean } from './clean.ts';
import { evaluate } from './evaluate.ts';
import { images } from './images.ts';
import { importing } from './import.ts';
import { models } from './models.ts';
import { settings } from './settings.ts';
import { start } from './start.ts';
import { recipe } from './recipe.ts';
import { train } from './train.ts';
import { jobs } from './jobs.ts';

export const ko: { [A in keyof typeof en]: Record<keyof (typeof en)[A], string> } = {
  frame,
  jobs,
  settings,
  start,
  import: importing,
  images,
  augment,
  batch,
  clean,
  evaluate,
  models,
  recipe,
  train,
};
