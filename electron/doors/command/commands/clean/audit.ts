/** assay clean audit: draws a random sample of what nobody has reviewed, takes verdicts, says what is left. */
import { type Audit, AUDIT_VERDICTS } from '../../../../contract/index.ts';
import { type Engine } from '../../../../engine/index.ts';
import { type Invocation, type Outcome } from '../../command.ts';
import { classNamed } from '../../studio.ts';
import { imagesNamed, type Refuse } from './answer.ts';

/** audit [start] | audit right|wrong|unsure IMAGE [--class C] */
export async function audit(engine: Engine, call: Invocation, refuse: Refuse): Promise<Outcome> {
  const { operands, options } = call;
  const [, verb, image] = operands;
  if (verb === 'start') {
    const started = await engine.call('clean.auditStart', {
      size: options.number('size'),
      seed: options.number('seed'),
    });
    return told(engine, started);
  }
  const state = await engine.call('clean.audit', {});
  if (verb === undefined) {
    if (!state) return { document: { audit: null }, text: 'No audit was drawn: assay clean audit start' };
    return told(engine, state);
  }
  const verdict = AUDIT_VERDICTS.find((known) => known === verb);
  if (!verdict) throw refuse(`say "audit start", or "audit ${AUDIT_VERDICTS.join('|')} IMAGE", not "${verb}"`);
  if (image === undefined) throw refuse('name the image: a path of the sample');
  const name = options.string('class');
  const ids = state?.sample.map(({ tile }) => tile.id) ?? [];
  const [id] = ids.length > 0 ? await imagesNamed(engine, ids, [options.resolve(image)], refuse) : [];
  const answered = await engine.call('clean.auditVerdict', {
    // Without an audit the engine says so.
    ...{ image: id ?? 1, verdict },
    class: name === undefined ? null : await classNamed(engine, name),
  });
  return told(engine, answered.audit);
}

async function told(engine: Engine, state: Audit): Promise<Outcome> {
  const paths = await engine.call('images.paths', { ids: state.sample.map(({ tile }) => tile.id) });
  const sample = state.sample.map(({ verdict }, i) => ({ image: paths[i] ?? '', verdict }));
  const { size, audited, wrong, rows, left, drawn, atMost, moreToHalve, seed } = state;
  const document = { size, audited, wrong, rows, left, drawn, atMost, moreToHalve, seed, sample };
  const round = (value: number): string => value.toFixed(1);
  const estimate = left
    ? `${audited} of ${size} audited, ${wrong} wrong. Left in ${rows}: ` +
      (atMost
        ? `at most about ${round(left.high)}`
        : `about ${round(left.estimate)} [${round(left.low)}–${round(left.high)}]`) +
      `; ${moreToHalve} more audits would halve the interval.`
    : `${size} of ${rows} labels to look at.`;
  const lines = sample.map(({ image, verdict }) => `${(verdict ?? '—').padEnd(6)}  ${image}`);
  return { document, text: [estimate, ...lines].join('\n') };
}
