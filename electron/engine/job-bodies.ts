/** What each kind of job does. */
import { type JobKind } from '../contract/index.ts';
import { type EngineContext } from './context.ts';
import { type JobBody } from './jobs.ts';
import { batchBody } from './procedures/batch.ts';
import { cleanBody } from './procedures/clean.ts';
import { demoBody } from './procedures/demo.ts';
import { importBody } from './procedures/import.ts';
import { studyBody } from './procedures/study.ts';
import { trainBody } from './procedures/train.ts';

export function jobBodies(context: EngineContext): Record<JobKind, JobBody> {
  return {
    import: (params, job) => importBody(context, params, job),
    train: (params, job) => trainBody(context, params, job),
    clean: (params, job) => cleanBody(context, params, job),
    classify: (params, job) => batchBody(context, params, job),
    demo: (params, job) => demoBody(context, params, job),
    study: (params, job) => studyBody(context, params, job),
  };
}
