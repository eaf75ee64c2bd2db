/** Studies: jobs on runs that exist. The table of what each does; a missing one is a type error. */
import { type StudyKind, type StudyRequest, type StudyResult } from '../../contract/index.ts';
import { type EngineContext } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import { augmentationStudy } from './augmentation.ts';
import { cascadeStudy } from './cascade.ts';
import { exportStudy } from './export.ts';
import { resolutionStudy } from './resolution.ts';
import { robustStudy } from './robust.ts';
import { searchStudy } from './search/index.ts';
import { stackStudy } from './stack.ts';
import { storyStudy } from './story.ts';
import { tuneStudy } from './tune/index.ts';

type RequestOf<K extends StudyKind> = Extract<StudyRequest, { study: K }>;

export interface Study<K extends StudyKind> {
  /** What the job is called. */
  title(request: RequestOf<K>): string;
  /** Refuses what cannot be done before any work starts. */
  check(context: EngineContext, request: RequestOf<K>): void | Promise<void>;
  run(context: EngineContext, request: RequestOf<K>, job: JobContext): Promise<StudyResult<K>>;
}

const STUDIES: { [K in StudyKind]: Study<K> } = {
  export: exportStudy,
  stack: stackStudy,
  cascade: cascadeStudy,
  resolution: resolutionStudy,
  story: storyStudy,
  tune: tuneStudy,
  augmentation: augmentationStudy,
  robust: robustStudy,
  search: searchStudy,
};

/** The study of a request. */
export const studyOf = (request: StudyRequest): Study<StudyKind> =>
  // The table is typed by kind; a union of all studies cannot be called without saying so.
  STUDIES[request.study] as Study<StudyKind>;
