/** The task table of the compute process: everything that runs native code, from all parts. */
import { embedTask, inspectTask, prepareTask } from '../../embeddings/index.ts';
import { classifyTask, exportTask } from '../../inference/index.ts';
import { headTask } from '../../training/index.ts';
import { demoTask } from './demo.ts';
import { displayTask } from './display.ts';
import { ingestTask } from './ingest.ts';
import { previewTask } from './preview.ts';
import { rankTask } from './rank-labels.ts';
import { similarTask } from './similar.ts';

export { type DemoParams, type DemoResult } from './demo.ts';

export const tasks = {
  ingest: ingestTask,
  display: displayTask,
  demo: demoTask,
  prepare: prepareTask,
  inspect: inspectTask,
  embed: embedTask,
  head: headTask,
  export: exportTask,
  classify: classifyTask,
  rank: rankTask,
  similar: similarTask,
  preview: previewTask,
};

export type Tasks = typeof tasks;
