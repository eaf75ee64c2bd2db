/** assay tune: which views and which second look are worth their cost, on images that the run did not learn from. */
import {
  type Input,
  RESTORATIONS,
  ROUTES,
  type Tuned,
  TUNED_AVERAGES,
  type TunedLook,
  VIEWS_OF_IMAGE,
} from '../../../contract/index.ts';
import { type Command, type Invocation } from '../command.ts';
import { usageError } from '../options.ts';
import { listed } from '../runs-option.ts';
import { PROJECT_OPTION, runNamed, seconds, withProject } from '../studio.ts';
import { finishStudy } from '../study.ts';

/** Words between commas out of those that are known; undefined where the option is not given. */
function wordsOf<T extends string>(call: Invocation, option: string, known: readonly T[]): T[] | undefined {
  if (call.options.string(option) === undefined) return undefined;
  return listed(call, option).map((word) => {
    const found = known.find((one) => one === word);
    if (!found) throw usageError(tune, `--${option} takes some of ${known.join(', ')}, not "${word}"`);
    return found;
  });
}

function requestOf(call: Invocation, run: number): Extract<Input<'study.start'>, { study: 'tune' }> {
  const { number, flag, string } = call.options;
  const blends = listed(call, 'blends').map(Number);
  if (blends.some((blend) => !(blend > 0 && blend <= 1)))
    throw usageError(tune, '--blends takes shares above 0 up to 1');
  const none = string('stage2') === 'none';
  return {
    ...{ study: 'tune', run, classes: listed(call, 'route-classes'), degraded: flag('degraded') },
    views: wordsOf(call, 'views', VIEWS_OF_IMAGE),
    averages: wordsOf(call, 'average', TUNED_AVERAGES),
    stage2: none ? [] : wordsOf(call, 'stage2', RESTORATIONS),
    routes: wordsOf(call, 'routes', ROUTES),
    ...(blends.length > 0 && { blends }),
    ...{ steps: number('steps'), mostCost: number('most-cost'), images: number('images'), seed: number('seed') },
  };
}

/** A way of looking in the words of `assay classify`. */
export function lookWords({ views, average, stage2 }: TunedLook): string {
  const first = views === 'none' ? 'one view' : `${views} (${average})`;
  if (!stage2) return first;
  const { op, route, classes, gate, limitShare, blend } = stage2;
  const named = classes.length > 0 ? ` of ${classes.join(', ')}` : '';
  const bound = route === 'pred' ? '' : ` >= ${gate}`;
  const most = limitShare > 0 ? `, at most ${(100 * limitShare).toFixed(0)} %` : '';
  return `${first}; ${op} where ${route}${named}${bound}${most}, blend ${blend}`;
}

const figure = (value: number): string => value.toFixed(4);

function textOf({
  part,
  degraded,
  images,
  settings,
  plain,
  best,
  candidate,
  pick,
  accepted,
  crossFitted,
}: Tuned): string {
  const line = (name: string, { macroF1, share, cost, ...look }: Tuned['pick']): string =>
    `${name}\tmacro F1 ${figure(macroF1)}\t${(100 * share).toFixed(0)} % twice\t${cost.toFixed(2)} predictions an image\t${lookWords(look)}`;
  const where = part === 'validation' ? 'held out for validation' : 'out of fold';
  const [low, high] = crossFitted.gainInterval;
  return [
    `${settings} settings on ${images} images ${where}${degraded ? ', degraded' : ''}; the test split took no part.`,
    line('plain', plain),
    line('best', best),
    line('picked', candidate),
    `cross-fitted\tmacro F1 ${figure(crossFitted.macroF1)}\tgain ${figure(crossFitted.gain)} (${figure(low)} to ${figure(high)})`,
    accepted
      ? `Kept: ${lookWords(pick)}. "assay classify … --tuned" uses it.`
      : 'Kept: one look. No gain is sure on images that did not choose; plain is as good.',
  ].join('\n');
}

export const tune: Command = {
  name: 'tune',
  operands: 'RUN',
  about: 'tune views and second look of a run on images that it did not learn from: score, share looked at twice, cost',
  options: {
    project: PROJECT_OPTION,
    views: { type: 'string', value: VIEWS_OF_IMAGE.join(','), about: 'views that are tried (all)' },
    average: { type: 'string', value: TUNED_AVERAGES.join(','), about: 'averages of views that are tried (both)' },
    stage2: { type: 'string', value: [...RESTORATIONS, 'none'].join(','), about: 'second looks that are tried (all)' },
    routes: { type: 'string', value: ROUTES.join(','), about: 'by what images count as doubtful (entropy,margin)' },
    'route-classes': { type: 'string', value: 'A,B,…', about: 'classes of the routes sum and pred, which they add' },
    blends: { type: 'string', value: 'A,B,…', about: "the second look's shares in the answer (0.3,0.5,0.7,0.85,1)" },
    steps: { type: 'string', value: 'N', about: 'gates of each route (12)' },
    'most-cost': { type: 'string', value: 'N', about: 'predictions an image that a setting may cost (any)' },
    degraded: { type: 'boolean', about: 'on degraded copies of the images, those of robust validation' },
    images: { type: 'string', value: 'N', about: 'images at most (2000)' },
    seed: { type: 'string', value: 'N', about: 'of restorations, copies and the division that guards the pick (42)' },
  },
  async run(call) {
    const [name] = call.operands;
    if (name === undefined || call.operands.length > 1) throw usageError(tune, 'name one run to tune');
    const started = Date.now();
    // Mistakes of the command line are told before the project is opened.
    requestOf(call, 1);
    return withProject(call, async (engine) => {
      const run = await runNamed(engine, name);
      const { predictions } = await finishStudy(engine, requestOf(call, run), call);
      const { tuned } = await engine.call('runs.tuned', { run });
      return { document: { ...tuned!, predictions, seconds: seconds(started) }, text: textOf(tuned!) };
    });
  },
};
