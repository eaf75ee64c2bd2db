/** assay clean summary, health, effect: the state of the review, of the classes, and what mending did to scores. */
import { reasonSentence } from '../../../../contract/index.ts';
import { type Engine } from '../../../../engine/index.ts';
import { type Invocation, type Outcome } from '../../command.ts';
import { runOf } from '../../studio.ts';

async function namesOf(engine: Engine): Promise<(id: number | null) => string | null> {
  const names = new Map((await engine.call('classes.list', {})).map((c) => [c.id, c.name]));
  return (id) => (id === null ? null : (names.get(id) ?? null));
}

export async function summary(engine: Engine): Promise<Outcome> {
  const found = await engine.call('clean.summary', {});
  const name = await namesOf(engine);
  const advice = found.advice && reasonSentence(found.advice, 'en');
  const lines = found.kinds.map(
    (k) => `${k.kind.padEnd(11)}  ${k.open} open, ${k.likely} likely, ${k.decided} decided`,
  );
  const byClass = found.byClass.map((c) => ({ ...c, class: name(c.class) }));
  return {
    document: { ...found, byClass, advice },
    text: [...lines, `${found.corrected} of ${found.reviewed} reviewed labels were wrong.`, advice ?? '']
      .join('\n')
      .trim(),
  };
}

export async function health(engine: Engine): Promise<Outcome> {
  const found = await engine.call('clean.health', {});
  const name = await namesOf(engine);
  const document = {
    ...found,
    classes: found.classes.map((c) => ({ ...c, class: name(c.class) })),
    overlap: found.overlap.map((o) => ({ ...o, first: name(o.first), second: name(o.second) })),
    spurious: found.spurious.map((s) => ({ ...s, class: name(s.class) })),
  };
  const rows = document.classes.map((c) =>
    [
      ...[c.class, c.images, c.labelQuality.toFixed(3), c.doubtful, c.missing],
      ...[c.precision, c.recall, c.f1].map((v) => v.toFixed(3)),
    ].join('\t'),
  );
  const overlap = document.overlap.slice(0, 10).map((o) => `${o.count}\t${o.first} ~ ${o.second}`);
  return {
    document,
    text: ['class\timages\tlabel quality\tdoubtful\tmissing\tprecision\trecall\tF1', ...rows, ...overlap].join('\n'),
  };
}

export async function effect(engine: Engine, call: Invocation): Promise<Outcome> {
  const run = call.options.string('run') === undefined ? null : await runOf(engine, call);
  const found = await engine.call('clean.effect', { run });
  const runs = found.map((e) => ({ ...e, notes: e.notes.map((note) => reasonSentence(note, 'en')) }));
  const lines = runs.map(
    (e) =>
      `run ${e.run} (${e.name}), ${e.split}: macro F1 ${e.before.macroF1.toFixed(4)} → ${e.now.macroF1.toFixed(4)}` +
      `${e.withoutLeaked ? ` (${e.withoutLeaked.macroF1.toFixed(4)} without leaked images)` : ''}. ${e.notes.join(' ')}`,
  );
  return { document: { runs }, text: lines.join('\n') || 'No run has figures yet.' };
}
