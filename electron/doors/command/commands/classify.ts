/** assay classify: a folder to a table. The same command after a kill goes on where it stopped. */
import { AVERAGES, type Input, RESTORATIONS, ROUTES, type Shard, VIEWS_OF_IMAGE } from '../../../contract/index.ts';
import { type Engine } from '../../../engine/index.ts';
import { type Command, type Invocation } from '../command.ts';
import { usageError } from '../options.ts';
import { listed, oneOf, runsOf } from '../runs-option.ts';
import { PROJECT_OPTION, finishJob, seconds, withProject } from '../studio.ts';

function shardOf(call: Invocation): Shard | null {
  const given = call.options.string('shard');
  if (given === undefined) return null;
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(given) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (!(shard.index >= 1 && shard.index <= shard.of)) throw usageError(classify, `--shard takes I/N, not "${given}"`);
  return shard;
}

/** Options of the second stage as the request takes them; null without --stage2. */
export function stage2Of(call: Invocation, command: Command): Input<'batch.start'>['stage2'] {
  const op = oneOf(command, call, 'stage2', RESTORATIONS);
  const { number } = call.options;
  if (!op) {
    const idle = ['route', 'route-classes', 'gate', 'limit', 'blend'].find((name) => call.options.string(name));
    if (idle) throw usageError(command, `--${idle} needs --stage2`);
    return null;
  }
  const route = oneOf(command, call, 'route', ROUTES);
  return {
    ...{ op, route, classes: listed(call, 'route-classes') },
    ...{ gate: number('gate'), limit: number('limit'), blend: number('blend'), seed: number('seed') },
  };
}

async function requestOf(engine: Engine, call: Invocation, folder: string, out: string): Promise<Input<'batch.start'>> {
  const [run, ...more] = await runsOf(engine, call);
  return {
    ...{ folder, out, run: run!, more },
    views: oneOf(classify, call, 'views', VIEWS_OF_IMAGE) ?? 'none',
    average: oneOf(classify, call, 'average', AVERAGES) ?? 'probability',
    stage2: stage2Of(call, classify),
    shard: shardOf(call),
    calibrated: !call.options.flag('uncalibrated'),
    probabilities: call.options.flag('probabilities'),
  };
}

export const classify: Command = {
  name: 'classify',
  operands: 'FOLDER',
  about: 'classify a folder, recursively, into a CSV table (or JSON lines, by its name)',
  options: {
    project: PROJECT_OPTION,
    run: { type: 'string', value: 'R', about: 'the run (the newest)' },
    runs: { type: 'string', value: 'A,B,…', about: 'several runs of the same classes, averaged' },
    out: { type: 'string', value: 'FILE.csv', about: 'the table to write; FILE.jsonl for JSON lines' },
    views: { type: 'string', value: VIEWS_OF_IMAGE.join('|'), about: 'average over several views (none)' },
    average: { type: 'string', value: AVERAGES.join('|'), about: 'how views and runs are averaged (probability)' },
    stage2: { type: 'string', value: RESTORATIONS.join('|'), about: 'look at doubtful images again, restored so' },
    route: { type: 'string', value: ROUTES.join('|'), about: 'by what images count as doubtful (entropy)' },
    'route-classes': { type: 'string', value: 'A,B,…', about: 'the classes of --route sum and pred' },
    gate: { type: 'string', value: '0-1', about: 'least score that is looked at again (0.6)' },
    limit: { type: 'string', value: 'N', about: 'look again at the N highest only (0: all)' },
    blend: { type: 'string', value: '0-1', about: "the second look's share in the answer (1)" },
    seed: { type: 'string', value: 'N', about: 'of the random restorations (42)' },
    shard: { type: 'string', value: 'I/N', about: 'do part I of N only; "assay merge" joins the parts' },
    uncalibrated: {
      type: 'boolean',
      about: 'probabilities as before the temperature of the run (the best class is the same)',
    },
    probabilities: { type: 'boolean', about: 'write the probabilities of all classes' },
  },
  async run(call) {
    const [folder] = call.operands;
    if (folder === undefined || call.operands.length > 1) throw usageError(classify, 'name one folder to classify');
    const out = call.options.resolve(call.options.required('out'));
    const started = Date.now();
    // Mistakes of the command line are told before the project is opened.
    stage2Of(call, classify);
    shardOf(call);
    oneOf(classify, call, 'views', VIEWS_OF_IMAGE);
    oneOf(classify, call, 'average', AVERAGES);
    return withProject(call, async (engine) => {
      const request = await requestOf(engine, call, call.options.resolve(folder), out);
      const { job } = await engine.call('batch.start', request);
      const info = await finishJob(engine, job, call);
      const { images, failed, routed } = info.result as { images: number; failed: number; routed: number };
      const document = { images, failed, ...(request.stage2 && { routed }), seconds: seconds(started), out };
      const again = request.stage2 ? ` ${routed} were looked at again.` : '';
      return {
        document,
        text: `${images} images classified, ${failed} could not be read.${again} The table is ${out}.`,
      };
    });
  },
};
