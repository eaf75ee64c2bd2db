/**
 * Studies: work on runs that exist, done as a job whose result is a document. One procedure starts any of them
 * (`study.start`), the job's `result` is what `studyResults` says of its kind.
 */
import { z } from 'zod';

const id = z.number().int().positive();
const count = z.number().int().nonnegative();
const path = z.string().min(1).max(4096);

/** Writes a run as one ONNX file with its preprocessing inside, and runs it beside the run itself. */
export const exportStudy = z.strictObject({
  study: z.literal('export'),
  run: id,
  out: path,
  /** Images of the project on which both are compared; 0: none. */
  check: z.number().int().min(0).max(10_000).default(32),
});

export const studyRequest = z.discriminatedUnion('study', [exportStudy]);
export type StudyRequest = z.output<typeof studyRequest>;
export type StudyKind = StudyRequest['study'];

export const studyResults = {
  export: z.object({
    run: id,
    out: z.string(),
    /** The page beside it. */
    guide: z.string(),
    bytes: count,
    classes: z.array(z.string()),
    /** Images that both were asked about, how often the best class is one, the largest difference of a probability. */
    checked: count,
    agree: count,
    largestDifference: z.number(),
  }),
} as const;
export type StudyResult<K extends StudyKind> = z.output<(typeof studyResults)[K]>;
