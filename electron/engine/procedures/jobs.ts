/** Long work: what runs, what ended, what can go on. */
import { AssayError } from '../../contract/index.ts';
import { type EngineContext, type HandlersOf, projectOf } from '../context.ts';

function jobOf(context: EngineContext, id: number) {
  const info = projectOf(context).jobs.get(id);
  if (!info) throw new AssayError('job/unknown', { subject: String(id) });
  return info;
}

export const jobs: HandlersOf<'jobs'> = {
  'jobs.list': (context) => {
    const project = projectOf(context);
    return project.catalogue.jobs.list().map((job) => project.jobs.get(job.id) ?? job);
  },
  'jobs.get': (context, { job }) => jobOf(context, job),
  'jobs.cancel': (context, { job }) => {
    jobOf(context, job);
    projectOf(context).jobs.cancel(job);
    return {};
  },
  'jobs.resume': (context, { job }) => {
    projectOf(context).jobs.resume(job);
    return { job };
  },
  'jobs.log': (context, { job }) => {
    jobOf(context, job);
    return projectOf(context).catalogue.jobs.log(job);
  },
};
