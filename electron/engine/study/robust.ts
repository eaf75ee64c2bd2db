/** The fixed degraded twin of a split, classified. */
import { type EngineContext, changed, projectOf } from '../context.ts';
import { checkTwin, measureTwin } from '../robust/index.ts';
import { type EvaluatedSplit, splitOf } from '../runs.ts';
import { type Study } from './index.ts';

const splitFor = (context: EngineContext, run: number, split?: EvaluatedSplit | null): EvaluatedSplit =>
  split ?? splitOf(context, run);

export const robustStudy: Study<'robust'> = {
  title: ({ run }) => `run ${run}, degraded twin`,
  check: (context, { run, split }) => void checkTwin(context, run, splitFor(context, run, split)),
  async run(context, { run, split: wanted }, job) {
    const split = splitFor(context, run, wanted);
    job.log(`${projectOf(context).catalogue.runs.get(run).name}: ${split}, degraded twin`);
    const { images, measured } = await measureTwin(context, { run, split }, job);
    changed(context, ['runs']);
    return { run, split, images, measured };
  },
};
