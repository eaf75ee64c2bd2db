/** assay classify: a folder to a table. The same command after a kill goes on where it stopped. */
import {
  AssayError,
  AVERAGES,
  type Input,
  RESTORATIONS,
  ROUTES,
  type Shard,
  VIEWS_OF_IMAGE,
} from '../../../contract/index.ts';
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
    ...{ op, route, classes: listed(call, 'route-classes'), ...limitOf(call, command) },
    ...{ gate: number('gate'), blend: number('blend'), seed: number('seed') },
  };
}

/** `--limit 50`, or a share of all images: `--limit 20%`. */
function limitOf(call: Invocation, command: Command): { limit?: number; limitShare?: number } {
  const given = call.options.string('limit');
  if (given === undefined) return {};
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(given.trim()) ?? [];
  const value = Number(digits);
  if (digits === undefined || (percent === '%' ? value > 100 : !Number.isInteger(value)))
    throw usageError(command, `--limit takes a number of images or a share like 20%, not "${given}"`);
  return percent === '%' ? { limitShare: value / 100 } : { limit: value };
}

/** Options that --tuned decides. */
const TUNED_OPTIONS = ['runs', 'views', 'average', 'stage2'] as const;

/** How the images are looked at: as the run was tuned, or as the options say. */
async function looksOf(
  engine: Engine,
  call: Invocation,
  run: number,
): Promise<Pick<Input<'batch.start'>, 'views' | 'average' | 'stage2'>> {
  if (!call.options.flag('tuned'))
    return {
      views: oneOf(classify, call, 'views', VIEWS_OF_IMAGE) ?? 'none',
      average: oneOf(classify, call, 'average', AVERAGES) ?? 'probability',
      stage2: stage2Of(call, classify),
    };
  const { tuned } = await engine.call('runs.tuned', { run });
  if (!tuned) throw new AssayError('classify/not-tuned', { subject: String(run) });
  const { views, average, stage2 } = tuned.pick;
  return { views, average, stage2 };
}

function checkTuned(call: Invocation): void {
  const other = TUNED_OPTIONS.find((name) => call.options.string(name) !== undefined);
  if (call.options.flag('tuned') && other) throw usageError(classify, `--tuned decides --${other}; leave it out`);
}

async function requestOf(engine: Engine, call: Invocation, folder: string, out: string): Promise<Input<'batch.start'>> {
  const [run, ...more] = await runsOf(engine, call);
  return {
    ...{ folder, out, run: run!, more },
    ...(await looksOf(engine, call, run!)),
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
    limit: { type: 'string', value: 'N|N%', about: 'look again at the N highest only, or at a share of all (0: all)' },
    blend: { type: 'string', value: '0-1', about: "the second look's share in the answer (1)" },
    seed: { type: 'string', value: 'N', about: 'of the random restorations (42)' },
    tuned: { type: 'boolean', about: 'views and second look that "assay tune" picked for the run' },
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
    checkTuned(call);
    shardOf(call);
    oneOf(classify, call, 'views', VIEWS_OF_IMAGE);
    oneOf(classify, call, 'average', AVERAGES);
    return withProject(call, async (engine) => {
      const request = await requestOf(engine, call, call.options.resolve(folder), out);
      const { job } = await engine.call('batch.start', request);
      const info = await finishJob(engine, job, call);
      const { images, failed, routed } = info.result as { images: number; failed: number; routed: number };
      const { views, average, stage2 } = request;
      const tuned = call.options.flag('tuned') && { tuned: { views, average, stage2 } };
      const document = { images, failed, ...(stage2 && { routed }), ...tuned, seconds: seconds(started), out };
      const again = stage2 ? ` ${routed} were looked at again.` : '';
      return {
        document,
        text: `${images} images classified, ${failed} could not be read.${again} The table is ${out}.`,
      };
    });
  },
};
