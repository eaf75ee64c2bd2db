/** The demo set, drawn as a job of an open project and imported into it at once. */
import { join } from 'node:path';
import { type ImportPlan } from '../../contract/index.ts';
import { type EngineContext } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import type { DemoParams } from '../tasks/index.ts';
import { importBody } from './import.ts';

/** What an import of a drawn set looks like: labels from its tables, splits from its folders. */
const demoPlan = (folder: string): ImportPlan => ({
  source: folder,
  labels: 'tables',
  tables: [{ path: join(folder, 'train.csv') }, { path: join(folder, 'test-truth.csv') }],
  split: 'folders',
  validationShare: 0,
  testShare: 0,
  seed: 1,
});

export async function demoBody(
  context: EngineContext,
  raw: unknown,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const params = raw as DemoParams;
  const drawn = await context.compute.run('demo', params, {
    signal: job.signal,
    onProgress: (done, total) => job.progress('draw', done, total),
  });
  return { ...drawn, ...(await importBody(context, demoPlan(params.folder), job)) };
}
