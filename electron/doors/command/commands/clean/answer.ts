/** assay clean decide and bulk: what a person says of findings. */
import {
  actionSentence,
  DECISIONS,
  type Decision,
  FINDING_KINDS,
  type FindingKind,
} from '../../../../contract/index.ts';
import { type Engine } from '../../../../engine/index.ts';
import { type Invocation, type Outcome } from '../../command.ts';
import { classNamed } from '../../studio.ts';

/** Makes a usage error of the command. */
export type Refuse = (reason: string) => Error;

export function decisionOf(word: string | undefined, refuse: Refuse): Decision {
  const decision = DECISIONS.find((known) => known === word);
  if (!decision) throw refuse(`the answer is one of ${DECISIONS.join(', ')}, not "${word ?? ''}"`);
  return decision;
}

export function kindsOf(text: string | undefined, refuse: Refuse): FindingKind[] {
  if (text === undefined) return [];
  return text.split(',').map((name) => {
    const kind = FINDING_KINDS.find((known) => known === name);
    if (!kind) throw refuse(`--kind takes ${FINDING_KINDS.join(', ')}, not "${name}"`);
    return kind;
  });
}

export function numberOf(word: string | undefined, what: string, refuse: Refuse): number {
  const number = Number(word);
  if (word === undefined || !Number.isInteger(number) || number < 1)
    throw refuse(`${what} is a number from the list, not "${word ?? ''}"`);
  return number;
}

/** Images by their paths among `ids`. */
export async function imagesNamed(
  engine: Engine,
  ids: readonly number[],
  paths: readonly string[],
  refuse: Refuse,
): Promise<number[]> {
  const known = await engine.call('images.paths', { ids: [...ids] });
  return paths.map((path) => {
    const at = known.findIndex((one) => one.normalize('NFC') === path.normalize('NFC'));
    if (at < 0) throw refuse(`"${path}" is none of its images: ${known.join(', ')}`);
    return ids[at]!;
  });
}

/** decide FINDING DECISION [--class C] [--image PATH …] */
export async function decide(engine: Engine, call: Invocation, refuse: Refuse): Promise<Outcome> {
  const { operands, options } = call;
  const finding = numberOf(operands[1], 'FINDING', refuse);
  const decision = decisionOf(operands[2], refuse);
  const name = options.string('class');
  if (decision === 'change' && name === undefined) throw refuse('"change" takes the class: --class C');
  const paths = options.strings('image').map((path) => options.resolve(path));
  const chosen = name === undefined ? null : await classNamed(engine, name);
  const { images } = await engine.call('clean.finding', { finding });
  const ids = images.map((tile) => tile.id);
  const named = paths.length > 0 ? await imagesNamed(engine, ids, paths, refuse) : null;
  const { action } = await engine.call('clean.decide', { finding, decision, images: named, class: chosen });
  return { document: { action }, text: action ? `${actionSentence(action, 'en')}.` : 'Nothing changed.' };
}

/** bulk DECISION --kind K --above P [--preview] */
export async function bulk(engine: Engine, call: Invocation, refuse: Refuse): Promise<Outcome> {
  const { operands, options } = call;
  const decision = decisionOf(operands[1], refuse);
  const [kind, ...more] = kindsOf(options.required('kind'), refuse);
  if (!kind || more.length > 0) throw refuse('name one kind: --kind K');
  const above = options.number('above');
  if (above === undefined || above < 0 || above > 1) throw refuse('--above takes a score from 0 to 1');
  if (!options.flag('preview')) {
    const done = await engine.call('clean.bulk', { kind, above, decision });
    return {
      document: done,
      text: done.action ? `${actionSentence(done.action, 'en')}: ${done.findings} findings.` : 'Nothing changed.',
    };
  }
  const preview = await engine.call('clean.preview', { kind, above, decision });
  const names = new Map((await engine.call('classes.list', {})).map((c) => [c.id, c.name]));
  const name = (id: number | null): string | null => (id === null ? null : (names.get(id) ?? null));
  const { findings, images, spared } = preview;
  const changes = preview.changes.map((c) => ({ from: name(c.from), to: name(c.to), images: c.images }));
  const lines = changes.map((c) => `${c.images}  ${c.from ?? '—'} → ${c.to ?? '—'}`);
  const paths = await engine.call('images.paths', { ids: preview.first.map((f) => f.tile.id) });
  return {
    document: { findings, images, spared, changes, first: paths },
    text: [`${findings} findings, ${images} images would change, ${spared} of the test split stay.`, ...lines].join(
      '\n',
    ),
  };
}
