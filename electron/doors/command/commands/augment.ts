/** assay augment: the project's plan, and the very pixels that training sees with it. */
import { type Engine } from '../../../engine/index.ts';
import { type Command, type Invocation, type Outcome } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, withProject } from '../studio.ts';
import { planGiven, planText } from './augment/plan.ts';
import { preview } from './augment/preview.ts';

/** The document is the plan itself: what is shown can be edited and set again. */
async function show(engine: Engine): Promise<Outcome> {
  const plan = await engine.call('augment.get', {});
  return { document: plan, text: planText(plan) };
}

async function set(engine: Engine, call: Invocation): Promise<Outcome> {
  const given = await planGiven(engine, call);
  if (!given) throw usageError(augment, '--plan or --preset is missing');
  const plan = await engine.call('augment.set', given);
  return { document: plan, text: planText(plan) };
}

const VERBS: Record<string, (engine: Engine, call: Invocation) => Promise<Outcome>> = {
  show,
  set,
  preview: (engine, call) => preview(engine, call, augment),
};

export const augment: Command = {
  name: 'augment',
  operands: 'show | set | preview',
  about: 'the plan that the project augments with, by class group, and what training sees with it',
  options: {
    project: PROJECT_OPTION,
    plan: { type: 'string', value: 'NAME|FILE.json', about: "a preset, or a plan by class group (the project's own)" },
    preset: { type: 'string', value: 'NAME', about: 'none, light, photos, document, document contest' },
    out: { type: 'string', value: 'FOLDER', about: 'preview: where the pictures go, as PNG' },
    strip: { type: 'boolean', about: 'preview: each op of the plan alone in place of draws' },
    run: {
      type: 'string',
      value: 'R',
      about: 'preview: what this run makes of each op, by the probability of the true class',
    },
    images: {
      type: 'string',
      value: 'N',
      about: 'how many images, seeded, of every class in turn; --run: of each (4)',
    },
    draws: { type: 'string', value: 'N', about: 'draws an image: those of the first epochs (5; --run: 1)' },
    size: { type: 'string', value: 'N', about: 'side in pixels (224)' },
    fit: { type: 'string', value: 'letterbox|stretch', about: 'as the training fits them (letterbox)' },
    seed: { type: 'string', value: 'N', about: 'seed of the training (1)' },
  },
  async run(call) {
    const [verb, ...more] = call.operands;
    const act = VERBS[verb ?? ''];
    if (!act || more.length > 0) throw usageError(augment, 'say show, set or preview');
    return withProject(call, (engine) => act(engine, call));
  },
};
