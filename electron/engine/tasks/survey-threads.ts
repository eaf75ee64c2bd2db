/** What the survey and its threads say to each other. Files are named with each question: threads hold no list of them. */
import {
  picturesOf,
  type QualityMeasures,
  type SearchAnswer,
  type SearchHands,
  type SearchQuestion,
  threadedHands,
} from '../../cleaning/index.ts';
import { openThreads, THREADS, type Threads } from '../../compute/index.ts';
import { type SharedSketches } from './sketch-store.ts';

export interface SurveyFile {
  path: string;
  hash: string;
}

/** Sketch these files into the rows from `from` on. */
export interface SketchQuestion {
  from: number;
  files: SurveyFile[];
  /** Whether quality is measured as well. */
  measured: boolean;
}

export interface SketchAnswer {
  /** One a file; null where it could not be read or was not asked for. */
  measures: (QualityMeasures | null)[];
  /** Rows. */
  unreadable: number[];
}

export type SurveyQuestion =
  { sketch: SketchQuestion } | { search: SearchQuestion; files: { row: number; file: SurveyFile }[] };
export type SurveyAnswer = SketchAnswer | SearchAnswer;

export interface SurveyThreadData {
  sketches: SharedSketches;
  /** The thumbnail cache's file. */
  thumbnails: string;
  /** Bytes of pictures that each thread may keep while it compares. */
  kept: number;
}

export interface SurveyThreads {
  readonly size: number;
  sketch(question: SketchQuestion): Promise<SketchAnswer>;
  /** Hands of the search, whose pictures are these files. */
  hands(fileOf: (row: number) => SurveyFile): SearchHands;
  close(): Promise<void>;
}

/** Bytes of pictures that all threads together may keep. */
const KEPT = 128e6;

const script = new URL(import.meta.url.endsWith('.ts') ? './survey-worker.ts' : './survey-worker.mjs', import.meta.url);

export function surveyThreads(data: Omit<SurveyThreadData, 'kept'>, size = THREADS): SurveyThreads {
  const given: SurveyThreadData = { ...data, kept: KEPT / size };
  const threads: Threads<SurveyQuestion, SurveyAnswer> = openThreads(script, given, size);
  return {
    size,
    sketch: async (sketch) => (await threads.ask({ sketch })) as SketchAnswer,
    hands: (fileOf) =>
      threadedHands({
        size,
        ask: async (search) => {
          const rows = 'look' in search ? picturesOf(data.sketches.index.count, search.look) : [];
          return (await threads.ask({
            search,
            files: rows.map((row) => ({ row, file: fileOf(row) })),
          })) as SearchAnswer;
        },
      }),
    close: () => threads.close(),
  };
}
