/** Starting a study; its result is the job's. */
import { type StudyRequest } from '../../contract/index.ts';
import { type EngineContext, type HandlersOf, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { studyOf } from '../study/index.ts';

export function studyBody(context: EngineContext, raw: unknown, job: JobContext): Promise<Record<string, unknown>> {
  // Written by `study.start`, and validated there.
  const request = raw as StudyRequest;
  return studyOf(request).run(context, request, job);
}

export const study: HandlersOf<'study'> = {
  async 'study.start'(context, request) {
    const { title, check } = studyOf(request);
    await check(context, request);
    return { job: projectOf(context).jobs.start({ kind: 'study', title: title(request), params: request }) };
  },
};
