/** assay augment preview: the very pixels that training sees, as files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError, parsePicture, plan, type Plan, type Policy } from '../../../contract/index.ts';
import { type Engine } from '../../../engine/index.ts';
import { type Command, type Invocation } from '../command.ts';
import { readJson } from '../json-file.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, withProject } from '../studio.ts';

export const augment: Command = {
  name: 'augment',
  operands: 'preview',
  about: 'draw what training would see of some images, as PNG files',
  options: {
    project: PROJECT_OPTION,
    plan: { type: 'string', value: 'NAME|FILE.json', about: "a preset, or a plan by class group (the project's own)" },
    out: { type: 'string', value: 'FOLDER', about: 'where the pictures go' },
    images: { type: 'string', value: 'N', about: 'how many images, seeded, of every class in turn (4)' },
    draws: { type: 'string', value: 'N', about: 'draws an image: those of the first epochs (5)' },
    size: { type: 'string', value: 'N', about: 'side in pixels (224)' },
    seed: { type: 'string', value: 'N', about: 'seed of the training (1)' },
  },
  async run(call) {
    if (call.operands.length !== 1 || call.operands[0] !== 'preview')
      throw usageError(augment, 'say "augment preview"');
    const out = call.options.resolve(call.options.required('out'));
    const { number } = call.options;
    return withProject(call, async (engine) => {
      const chosen = await chosenPlan(engine, call);
      const rows = await engine.call('augment.preview', {
        ...chosen,
        ...{ pick: number('images'), draws: number('draws'), size: number('size'), seed: number('seed') },
      });
      await mkdir(out, { recursive: true });
      const images = [];
      for (const { tile, original, draws } of rows) {
        const name = `${tile.id}`;
        await keep(engine, original, join(out, `${name}.png`));
        const drawn = [];
        for (const [d, { picture, parameters }] of draws.entries()) {
          const file = join(out, `${name}-${d + 1}.png`);
          await keep(engine, picture, file);
          drawn.push({ file, parameters });
        }
        images.push({ image: tile.id, name: tile.name, draws: drawn });
      }
      return { document: { out, images }, text: `${images.length} images are drawn in ${out}.` };
    });
  },
};

async function keep(engine: Engine, address: string, file: string): Promise<void> {
  const request = parsePicture(address);
  const picture = request && (await engine.picture(request));
  if (!picture) throw new AssayError('internal/fault', { values: { reason: `the picture ${address} is gone` } });
  await writeFile(file, picture.bytes);
}

/** A preset's name, a file with a plan, or the project's own plan. */
async function chosenPlan(engine: Engine, call: Invocation): Promise<{ policy: Policy; plan?: Plan }> {
  const given = call.options.string('plan');
  const nothing: Policy = { name: 'none', ops: [] };
  if (given === undefined) return { policy: nothing, plan: await engine.call('augment.get', {}) };
  if (given.endsWith('.json')) {
    const read = plan.safeParse(await readJson(call.options.resolve(given)));
    if (read.success) return { policy: nothing, plan: read.data };
    const [issue] = read.error.issues;
    const field = issue!.code === 'unrecognized_keys' ? [...issue!.path, issue!.keys[0]] : issue!.path;
    throw new AssayError('train/recipe-invalid', {
      subject: field.join('.') || given,
      values: { reason: z.prettifyError(read.error) },
    });
  }
  const { presets } = await engine.call('augment.catalogue', {});
  const policy = presets.find(({ name }) => name === given);
  if (policy) return { policy };
  const plans = await engine.call('augment.plans', {});
  const found = plans.find(({ name }) => name === given);
  if (found) return { policy: nothing, plan: found };
  const known = [...presets, ...plans].map(({ name }) => name).join(', ');
  throw new AssayError('train/recipe-invalid', {
    subject: 'plan',
    values: { reason: `there is no plan "${given}"; known are ${known}, or a file NAME.json.` },
  });
}
