/** assay story: what each step of the contest's recipe is worth on one's own images. */
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { listed } from '../runs-option.ts';
import { PROJECT_OPTION, seconds, withProject } from '../studio.ts';
import { finishStudy, resumedStudy } from '../study.ts';

const span = ([low, high]: readonly [number, number]): string => `${low.toFixed(4)} to ${high.toFixed(4)}`;

export const story: Command = {
  name: 'story',
  operands: '',
  about: 'baseline, class groups, resolution, cleaning, focal and balance, second look: macro F1 after each, on test',
  options: {
    project: PROJECT_OPTION,
    backbone: { type: 'string', value: 'NAME', about: 'the network that is trained whole (compact)' },
    size: { type: 'string', value: 'N', about: 'side in pixels at first (96)' },
    larger: { type: 'string', value: 'N', about: 'side from the step resolution on (128)' },
    epochs: { type: 'string', value: 'N', about: 'of each of the five trainings (12)' },
    judges: { type: 'string', value: 'NAME[,NAME]', about: 'networks whose heads judge the labels (photo)' },
    gate: { type: 'string', value: '0-1', about: 'entropy from which an image is looked at again (0.3)' },
    seed: { type: 'string', value: 'N', about: 'seed (1)' },
    resume: { type: 'string', value: 'JOB', about: 'go on with a story that was stopped' },
  },
  async run(call) {
    const { number, string } = call.options;
    const resumed = number('resume');
    const judges = listed(call, 'judges');
    const given = ['backbone', 'size', 'larger', 'epochs', 'judges', 'gate', 'seed'];
    if (resumed !== undefined && given.some((name) => string(name) !== undefined))
      throw usageError(story, '--resume goes on with what the story was started with; leave the other options out');
    const started = Date.now();
    return withProject(call, async (engine) => {
      const result =
        resumed === undefined
          ? await finishStudy(
              engine,
              {
                ...{ study: 'story', backbone: string('backbone'), size: number('size'), larger: number('larger') },
                ...{ epochs: number('epochs'), gate: number('gate'), seed: number('seed') },
                ...(judges.length > 0 && { judges }),
              },
              call,
            )
          : await resumedStudy(engine, 'story', resumed, call);
      const lines = result.steps.map(
        (s) =>
          `${s.step}\trun ${s.run}\tmacro F1 ${s.macroF1.toFixed(4)} (${span(s.interval)})\tgain ${s.gain.toFixed(4)} (${span(s.gainInterval)})\t${s.seconds.toFixed(0)} s`,
      );
      const tail = `${result.images} test images, ${result.routed} looked at again; ${result.relabelled} training labels were replaced for training only.`;
      return { document: { ...result, seconds: seconds(started) }, text: [...lines, tail].join('\n') };
    });
  },
};
