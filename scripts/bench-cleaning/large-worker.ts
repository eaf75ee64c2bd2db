/** A worker thread of the large search: what the survey's thread does, on drawn pictures. */
import { workerData } from 'node:worker_threads';
import { answerSearch, type Grey, Searcher, sketch } from '../../electron/cleaning/index.ts';
import { serveThread } from '../../electron/compute/threads.ts';
import { sketchesOf } from '../../electron/engine/tasks/sketch-store.ts';
import { draw, type DrawnAnswer, type DrawnQuestion, type DrawnThreadData } from './drawn.ts';

const { sketches: shared, kept } = workerData as DrawnThreadData;
const sketches = sketchesOf(shared);
const searcher = new Searcher(sketches, { load: drawn, glance: drawn }, { kept });
let drawing = 0;

const seconds = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
};

function drawn(picture: number): Promise<Grey> {
  const start = seconds();
  const grey = draw(picture);
  drawing += seconds() - start;
  return Promise.resolve(grey);
}

serveThread<DrawnQuestion, DrawnAnswer>(async (question) => {
  drawing = 0;
  if ('search' in question) return { found: await answerSearch(searcher, question.search), drawing };
  for (let row = question.sketch.from; row < question.sketch.to; row++) sketch(await drawn(row), sketches, row);
  return { found: null, drawing };
});
