/** The tuned looks of a run, kept in its folder. */
import { join } from 'node:path';
import { type Tuned, tuned } from '../../../contract/index.ts';
import { type EngineContext, projectOf } from '../../context.ts';
import { jsonFile } from '../../json-file.ts';
import { runFolder } from '../../runs.ts';

const fileOf = (context: EngineContext, run: number) =>
  jsonFile(join(runFolder(context, run), 'tuned.json'), tuned.nullable(), null);

/** @throws AssayError `run/unknown` */
export function tunedOf(context: EngineContext, run: number): Tuned | null {
  projectOf(context).catalogue.runs.get(run);
  return fileOf(context, run).read();
}

export const keepTuned = (context: EngineContext, run: number, value: Tuned): void => fileOf(context, run).write(value);
