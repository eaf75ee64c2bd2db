/** assay augment preview: the very pixels of training as files, and what a run makes of each op. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError, type Output, parsePicture, type Plan, type StudyResult } from '../../../../contract/index.ts';
import { type Engine } from '../../../../engine/index.ts';
import { type Command, type Invocation, type Outcome } from '../../command.ts';
import { usageError } from '../../options.ts';
import { oneOf } from '../../runs-option.ts';
import { runNamed } from '../../studio.ts';
import { finishStudy } from '../../study.ts';
import { planGiven } from './plan.ts';

type Row = Output<'augment.preview'>[number];
interface Picture {
  file: string;
  parameters: Row['draws'][number]['parameters'];
}

export async function preview(engine: Engine, call: Invocation, command: Command): Promise<Outcome> {
  const { options } = call;
  const named = options.string('run');
  const out = options.path('out');
  if (out === undefined && named === undefined) throw usageError(command, '--out or --run is missing');
  if (out === undefined && options.flag('strip')) throw usageError(command, '--strip needs --out');
  const plan = (await planGiven(engine, call)) ?? (await engine.call('augment.get', {}));
  const run = named === undefined ? null : await runNamed(engine, named);
  const lines: string[] = [];
  const document: Record<string, unknown> = { plan: plan.name };
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    if (options.flag('strip')) {
      Object.assign(document, { out, strips: await strips(engine, call, plan, out, command) });
      lines.push(`Strips of the plan's ops are drawn in ${out}.`);
    } else {
      const images = await draws(engine, call, { plan, out, run }, command);
      Object.assign(document, { out, images });
      lines.push(`${images.length} images are drawn in ${out}.`);
    }
  }
  if (run !== null) {
    const { number } = options;
    const judged = await finishStudy(
      engine,
      { study: 'augmentation', run, plan, images: number('images'), draws: number('draws'), seed: number('seed') },
      call,
    );
    document.judged = judged;
    lines.push(judgedText(judged));
  }
  return { document, text: lines.join('\n') };
}

function asked(call: Invocation, command: Command) {
  const { number } = call.options;
  const fit = oneOf(command, call, 'fit', ['letterbox', 'stretch'] as const);
  return { pick: number('images'), draws: number('draws'), size: number('size'), seed: number('seed'), fit };
}

/** With a run: the probability of the true class that it gives to each image as it is, and to each draw. */
async function draws(
  engine: Engine,
  call: Invocation,
  { plan, out, run }: { plan: Plan; out: string; run: number | null },
  command: Command,
) {
  const wanted = asked(call, command);
  const rows = await engine.call('augment.preview', { plan, ...wanted });
  const images: { image: number; name: string; p?: number | null; draws: (Picture & { p?: number | null })[] }[] = [];
  const ids = rows.map(({ tile }) => tile.id);
  const question = { run: run ?? 0, plan, images: ids, draws: wanted.draws, seed: wanted.seed };
  const judged = run === null || ids.length === 0 ? [] : await engine.call('augment.judge', question);
  for (const { tile, original, draws: drawn } of rows) {
    const said = judged.find(({ image }) => image === tile.id);
    await keep(engine, original, join(out, `${tile.id}.png`));
    const files: (typeof images)[number]['draws'] = [];
    for (const [d, { picture, parameters }] of drawn.entries()) {
      const file = join(out, `${tile.id}-${d + 1}.png`);
      await keep(engine, picture, file);
      files.push({ file, parameters, ...(run !== null && { p: said?.draws[d] ?? null }) });
    }
    const clean = run === null ? {} : { p: said?.clean ?? null };
    images.push({ image: tile.id, name: tile.name, ...clean, draws: files });
  }
  return images;
}

/** Every op of every list of the plan alone, on images of its own classes. */
async function strips(engine: Engine, call: Invocation, plan: Plan, out: string, command: Command) {
  const lists = [
    ...plan.groups.flatMap(({ name, base, heavy }, group) => [
      { name, group, tier: 'base' as const, ops: base },
      ...(heavy ? [{ name, group, tier: 'heavy' as const, ops: heavy }] : []),
    ]),
    { name: null, group: null, tier: 'base' as const, ops: plan.rest },
  ];
  const made: { group: string | null; tier: string; op: string; pictures: (Picture & { image: number })[] }[] = [];
  for (const { name, group, tier, ops } of lists.filter((list) => list.ops.length > 0)) {
    const rows = await engine.call('augment.preview', { plan, strip: { group, tier }, ...asked(call, command) });
    for (const [index, { op }] of ops.entries()) {
      const pictures: (Picture & { image: number })[] = [];
      for (const { tile, original, draws: drawn } of rows) {
        await keep(engine, original, join(out, `${tile.id}.png`));
        const file = join(
          out,
          `${group === null ? 'rest' : `group-${group + 1}-${tier}`}-${index + 1}-${op}-${tile.id}.png`,
        );
        await keep(engine, drawn[index]!.picture, file);
        pictures.push({ image: tile.id, file, parameters: drawn[index]!.parameters });
      }
      made.push({ group: name, tier, op, pictures });
    }
  }
  return made;
}

async function keep(engine: Engine, address: string, file: string): Promise<void> {
  const request = parsePicture(address);
  const picture = request && (await engine.picture(request));
  if (!picture) throw new AssayError('internal/fault', { values: { reason: `the picture ${address} is gone` } });
  await writeFile(file, picture.bytes);
}

/** A line an op: median probability of the true class without and with it, and the classes that collapse. */
function judgedText({ run, clean, ops }: StudyResult<'augmentation'>): string {
  const held = clean.filter((image) => image.held).length;
  return [
    `run ${run} on ${clean.length} images, ${held} of them held out: median p of the true class without and with each op`,
    ...ops.map(({ group, tier, op, clean: without, under, collapsed }) =>
      [
        `${group ?? 'other classes'}, ${tier}`,
        op,
        `${without.median.toFixed(2)} → ${under.median.toFixed(2)}`,
        ...(collapsed.length > 0 ? [`collapses: ${collapsed.join(', ')}`] : []),
      ].join('\t'),
    ),
  ].join('\n');
}
