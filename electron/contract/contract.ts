/**
 * The contract: every procedure of the engine, once. Types, validation at the doors, and the reference of the command
 * line all come from this value. Names are `thing.verb`; `procedures/` has one file an area.
 */
import { z } from 'zod';
import { evaluationProcedures } from './evaluation.ts';
import { write } from './procedure.ts';
import { augmentProcedures } from './procedures/augmenting.ts';
import { batchProcedures } from './procedures/batch.ts';
import { cleaningProcedures } from './procedures/cleaning.ts';
import { importProcedures } from './procedures/importing.ts';
import { labellingProcedures } from './procedures/labelling.ts';
import { lookingProcedures } from './procedures/looking.ts';
import { programProcedures } from './procedures/program.ts';
import { trainingProcedures } from './procedures/training.ts';
import { studyRequest } from './study.ts';
import { type EpochPoint, type TrainingLive } from './training.ts';
import * as w from './words.ts';

export * from './looks.ts';
export { type ImportPlan, importPlan, type TableGuess, tableGuess } from './procedures/importing.ts';
export { type LabelChange, labelChange, type Selection, selection } from './procedures/labelling.ts';
export { type Chip, chip, type ViewGroup, viewGroup } from './procedures/looking.ts';

export const contract = {
  ...programProcedures,
  ...importProcedures,
  ...lookingProcedures,
  ...labellingProcedures,
  ...trainingProcedures,
  /** Finished runs against each other, as a page, as a table. */
  ...evaluationProcedures,
  /** Studies of runs: jobs whose result is a document. */
  'study.start': write({ input: studyRequest, output: z.object({ job: w.id }) }),
  ...cleaningProcedures,
  ...augmentProcedures,
  ...batchProcedures,
} as const;

export type Contract = typeof contract;
export type ProcedureName = keyof Contract;
export type Input<K extends ProcedureName> = z.input<Contract[K]['input']>;
/** The input after validation: defaults are filled in. */
export type ParsedInput<K extends ProcedureName> = z.output<Contract[K]['input']>;
export type Output<K extends ProcedureName> = z.output<Contract[K]['output']>;

/** Pushed to every client. Job progress is thinned to ten messages a second a job: the newest state wins. */
export type StudioEvent =
  | { type: 'job'; job: w.JobInfo }
  /** Something committed: what to ask again. */
  | {
      type: 'changed';
      revision: number;
      what: ('labels' | 'classes' | 'images' | 'runs' | 'findings' | 'batches' | 'backbones')[];
    }
  | { type: 'training'; live: TrainingLive }
  | { type: 'epoch'; run: number; epochs: number; point: EpochPoint }
  | { type: 'project'; open: boolean };
