/** What commands that start a study share. */
import { type Input, type StudyKind, studyResults, type StudyResult } from '../../contract/index.ts';
import { type Engine } from '../../engine/index.ts';
import { type Invocation } from './command.ts';
import { finishJob } from './studio.ts';

/** Runs a study to its end and returns its result. */
export async function finishStudy<K extends StudyKind>(
  engine: Engine,
  request: Extract<Input<'study.start'>, { study: K }>,
  call: Invocation,
): Promise<StudyResult<K>> {
  const { job } = await engine.call('study.start', request);
  return resultOf(engine, request.study, job, call);
}

/** Goes on with a study that was stopped, and returns its result. */
export async function resumedStudy<K extends StudyKind>(
  engine: Engine,
  kind: K,
  job: number,
  call: Invocation,
): Promise<StudyResult<K>> {
  await engine.call('jobs.resume', { job });
  return resultOf(engine, kind, job, call);
}

async function resultOf<K extends StudyKind>(
  engine: Engine,
  kind: K,
  job: number,
  call: Invocation,
): Promise<StudyResult<K>> {
  const info = await finishJob(engine, job, call);
  return studyResults[kind].parse(info.result) as StudyResult<K>;
}
