/** Every procedure of the contract with its body. A missing one is a type error. */
import { type Handlers } from '../context.ts';
import { app } from './app.ts';
import { augment } from './augment.ts';
import { backbones } from './backbones.ts';
import { batch } from './batch.ts';
import { clean } from './clean.ts';
import { evaluation } from './evaluation.ts';
import { folders } from './folders.ts';
import { importing } from './import.ts';
import { jobs } from './jobs.ts';
import { labels } from './labels.ts';
import { project } from './project.ts';
import { study } from './study.ts';
import { train } from './train.ts';
import { view } from './view.ts';

export const handlers: Handlers = {
  ...app,
  ...augment,
  ...backbones,
  ...batch,
  ...clean,
  ...evaluation,
  ...folders,
  ...importing,
  ...jobs,
  ...labels,
  ...project,
  ...study,
  ...train,
  ...view,
};
