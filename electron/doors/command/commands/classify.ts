/** assay classify: a folder to a table. The same command after a kill goes on where it stopped. */
import { VIEWS_OF_IMAGE } from '../../../contract/index.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, finishJob, runOf, seconds, withProject } from '../studio.ts';

export const classify: Command = {
  name: 'classify',
  operands: 'FOLDER',
  about: 'classify a folder, recursively, into a CSV table',
  options: {
    project: PROJECT_OPTION,
    run: { type: 'string', value: 'R', about: 'the run (the newest)' },
    out: { type: 'string', value: 'FILE.csv', about: 'the table to write' },
    views: { type: 'string', value: VIEWS_OF_IMAGE.join('|'), about: 'average over turned views (none)' },
    probabilities: { type: 'boolean', about: 'write the probabilities of all classes' },
  },
  async run(call) {
    const [folder] = call.operands;
    if (folder === undefined || call.operands.length > 1) throw usageError(classify, 'name one folder to classify');
    const given = call.options.string('views') ?? 'none';
    const views = VIEWS_OF_IMAGE.find((known) => known === given);
    if (!views) throw usageError(classify, `--views takes ${VIEWS_OF_IMAGE.join(' or ')}, not "${given}"`);
    const out = call.options.resolve(call.options.required('out'));
    const started = Date.now();
    return withProject(call, async (engine) => {
      const { job } = await engine.call('batch.start', {
        folder: call.options.resolve(folder),
        run: await runOf(engine, call),
        out,
        views,
        probabilities: call.options.flag('probabilities'),
      });
      const info = await finishJob(engine, job, call);
      const { images, failed } = info.result as { images: number; failed: number };
      const document = { images, failed, seconds: seconds(started), out };
      return { document, text: `${images} images classified, ${failed} could not be read. The table is ${out}.` };
    });
  },
};
