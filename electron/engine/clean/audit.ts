/** The audit: a random sample of what nobody has reviewed, the verdicts on it, and how many wrong labels are left. */
import { z } from 'zod';
import { AssayError, type Audit, type AuditVerdict } from '../../contract/index.ts';
import { reviewKey } from '../../catalogue/index.ts';
import { type ErrorsLeft, errorsLeft } from '../../cleaning/index.ts';
import { type EngineContext, author, projectOf } from '../context.ts';
import { workingImages } from '../features.ts';
import { readScores } from './kept.ts';

const KEY = 'audit';

/** What is kept of an audit; verdicts are decisions, and go back with undo like all of them. */
const stored = z.object({
  id: z.number(),
  seed: z.number(),
  startedAt: z.number(),
  /** Rows of each stratum of the tail. */
  strata: z.array(z.number()),
  /** Image, its stratum, the class it had and its content. */
  sample: z.array(z.tuple([z.number(), z.number(), z.number(), z.string()])),
});
type Stored = z.infer<typeof stored>;

function read(context: EngineContext): Stored | null {
  const found = stored.safeParse(projectOf(context).catalogue.settings.get(KEY));
  return found.success ? found.data : null;
}

/** Figures of an audit, for the summary and the advice. */
export interface AuditFigures {
  /** Of the tail as it was drawn. */
  drawn: ErrorsLeft;
  /** What was corrected in it since, by the audit or by the queue. */
  mended: number;
  strata: Audit['strata'];
  wrong: number;
}

function figures(context: EngineContext, audit: Stored): AuditFigures {
  const { findings } = projectOf(context).catalogue;
  const verdicts = findings.verdicts(audit.id);
  const strata = audit.strata.map((rows) => ({ rows, audited: 0, errors: 0 }));
  let mended = 0;
  let wrong = 0;
  for (const [image, stratum] of audit.sample) {
    const answer = verdicts.get(image);
    const of = strata[stratum];
    // Unsure says nothing: as if it had not been drawn.
    if (!answer || !of || answer.verdict === 'unsure') continue;
    of.audited++;
    if (answer.verdict !== 'wrong') continue;
    of.errors++;
    wrong++;
    if (answer.corrected) mended++;
  }
  // All that the queue decides since then was unreviewed when the tail was drawn.
  for (const d of findings.decisions('label-error')) if (d.corrected && d.at >= audit.startedAt) mended++;
  return { drawn: errorsLeft(strata), mended, strata, wrong };
}

/** Of the audit that was drawn last; null where there is none or nothing was answered yet. */
export function auditFigures(context: EngineContext): AuditFigures | null {
  const audit = read(context);
  if (!audit) return null;
  const found = figures(context, audit);
  return found.drawn.audited > 0 ? found : null;
}

/** Estimate and interval of what is still wrong. */
export function stillLeft({ drawn, mended }: Pick<AuditFigures, 'drawn' | 'mended'>): {
  estimate: number;
  low: number;
  high: number;
} {
  const less = (value: number): number => Math.max(0, value - mended);
  return { estimate: less(drawn.estimate), low: less(drawn.low), high: less(drawn.high) };
}

export function auditState(context: EngineContext): Audit | null {
  const audit = read(context);
  if (!audit) return null;
  const { catalogue } = projectOf(context);
  const verdicts = catalogue.findings.verdicts(audit.id);
  const tiles = new Map(catalogue.tiles(audit.sample.map(([image]) => image)).map((tile) => [tile.id, tile]));
  const found = figures(context, audit);
  const { drawn, strata, wrong } = found;
  const begun = drawn.audited > 0;
  return {
    id: audit.id,
    seed: audit.seed,
    startedAt: audit.startedAt,
    size: audit.sample.length,
    audited: drawn.audited,
    wrong,
    sample: audit.sample.flatMap(([image]) => {
      const tile = tiles.get(image);
      return tile ? [{ tile, verdict: verdicts.get(image)?.verdict ?? null }] : [];
    }),
    strata,
    drawn: begun ? { estimate: drawn.estimate, low: drawn.low, high: drawn.high } : null,
    left: begun ? stillLeft(found) : null,
    rows: drawn.rows,
    atMost: drawn.atMost,
    moreToHalve: drawn.moreToHalve,
  };
}

/**
 * Draws the sample: from the seed and the contents alone, before anybody looks.
 * @throws AssayError `clean/nothing-to-audit`
 */
export async function startAudit(
  context: EngineContext,
  { size, seed }: { size: number; seed: number },
  signal: AbortSignal,
): Promise<Audit> {
  const { catalogue } = projectOf(context);
  const nothing = (reason: string) => new AssayError('clean/nothing-to-audit', { values: { reason } });
  const scores = await readScores(context);
  if (!scores) throw nothing('no search has ranked them.');
  const reviewed = catalogue.findings.reviewed();
  const tail = (await workingImages(context, signal)).filter(
    (image) => image.class !== null && !reviewed.has(reviewKey(image.hash ?? `#${image.id}`, image.class)),
  );
  if (tail.length === 0) throw nothing('every label was reviewed.');
  tail.sort((a, b) => (scores.get(b.id) ?? 0) - (scores.get(a.id) ?? 0) || a.id - b.id);
  const draw = await context.compute.run(
    'audit',
    { keys: tail.map((image) => image.hash ?? `#${image.id}`), size, seed },
    { signal },
  );
  const audit: Stored = {
    id: (read(context)?.id ?? 0) + 1,
    ...{ seed, startedAt: context.clock(), strata: draw.strata },
    sample: draw.sample.map(({ row, stratum }) => {
      const image = tail[row]!;
      return [image.id, stratum, image.class ?? 0, image.hash ?? `#${image.id}`];
    }),
  };
  catalogue.settings.set(KEY, audit);
  return auditState(context)!;
}

/** @throws AssayError `clean/not-in-audit`, `label/class-unknown` */
export function answerAudit(
  context: EngineContext,
  { image, verdict, class: chosen }: { image: number; verdict: AuditVerdict; class?: number | null },
) {
  const { catalogue } = projectOf(context);
  const audit = read(context);
  const drawn = audit?.sample.find(([id]) => id === image);
  if (!audit || !drawn) throw new AssayError('clean/not-in-audit', { subject: `#${image}` });
  const [, , given, hash] = drawn;
  const result = catalogue.findings.verdict({
    ...{ audit: audit.id, image, hash: hash.startsWith('#') ? null : hash, given, verdict },
    class: chosen ?? null,
    author: author(context),
  });
  return { ...result, audit: auditState(context)! };
}
