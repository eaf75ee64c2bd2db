/** A worker thread of the survey: decodes, sketches and measures; proposes and compares. */
import { workerData } from 'node:worker_threads';
import { answerSearch, type Grey, measureQuality, Searcher, sketch, VERIFY_SIDE } from '../../cleaning/index.ts';
import { serveThread } from '../../compute/threads.ts';
import { openThumbnailCache } from '../../imaging/cache.ts';
import { greyOf, loadGrey, mapOrdered, THUMBNAIL_SIDE } from '../../imaging/index.ts';
import { sketchesOf } from './sketch-store.ts';
import {
  type SketchAnswer,
  type SketchQuestion,
  type SurveyAnswer,
  type SurveyFile,
  type SurveyQuestion,
  type SurveyThreadData,
} from './survey-threads.ts';

const { sketches: shared, thumbnails, kept } = workerData as SurveyThreadData;
const sketches = sketchesOf(shared);
const cache = openThumbnailCache(thumbnails);

/** Files of the pairs that are being looked at. */
let files = new Map<number, SurveyFile>();
const searcher = new Searcher(
  sketches,
  { load: (row) => loadGrey(files.get(row)!.path, VERIFY_SIDE), glance: (row) => thumbnail(files.get(row)!) },
  { kept },
);

/** Of the file itself where there is none. */
function thumbnail({ path, hash }: SurveyFile): Promise<Grey> {
  const bytes = cache.get(hash);
  return bytes ? greyOf(bytes, THUMBNAIL_SIDE, path) : loadGrey(path, THUMBNAIL_SIDE);
}

/** Decodes of one thread that are under way: its own work goes on meanwhile. */
const AHEAD = 3;

async function sketchAll({ from, files: wanted, measured }: SketchQuestion): Promise<SketchAnswer> {
  const answer: SketchAnswer = { measures: [], unreadable: [] };
  // Why one cannot be read was told when it was imported; here it is left out.
  const decode = (file: SurveyFile): Promise<Grey | null> => thumbnail(file).catch(() => null);
  let row = from;
  for await (const grey of mapOrdered(wanted, decode, { limit: AHEAD })) {
    if (grey) sketch(grey, sketches, row);
    else answer.unreadable.push(row);
    answer.measures.push(grey && measured ? measureQuality(grey) : null);
    row++;
  }
  return answer;
}

serveThread<SurveyQuestion, SurveyAnswer>(
  (question) => {
    if ('sketch' in question) return sketchAll(question.sketch);
    files = new Map(question.files.map(({ row, file }) => [row, file]));
    return answerSearch(searcher, question.search);
  },
  () => cache.close(),
);
