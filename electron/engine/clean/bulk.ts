/** One answer for all findings of a kind above a score: what it would change, and doing it as one action. */
import { AssayError, type Bulk, type BulkPreview } from '../../contract/index.ts';
import { type Answer, type ImageRecord, type OpenFinding } from '../../catalogue/index.ts';
import { type EngineContext, author, projectOf } from '../context.ts';
import { answerOf, checkFitting } from './answers.ts';

interface Planned {
  answers: Answer[];
  findings: OpenFinding[];
  records: ReadonlyMap<number, ImageRecord>;
  spared: number;
}

/** Findings worked on between two turns of the loop. */
const SLICE = 200;

/** @throws AssayError `clean/decision-unfit` */
async function plan(context: EngineContext, { kind, above, decision }: Bulk, signal: AbortSignal): Promise<Planned> {
  checkFitting(kind, decision);
  // Another class is chosen image by image; all at once it would be one class for unlike pictures.
  if (decision === 'change')
    throw new AssayError('clean/decision-unfit', { values: { kind, decision, known: 'accept, keep, exclude' } });
  const { catalogue } = projectOf(context);
  const planned: Planned = { answers: [], findings: [], records: new Map(), spared: 0 };
  const records = new Map<number, ImageRecord>();
  const open = catalogue.findings.above(kind, above);
  for (let from = 0; from < open.length; from += SLICE) {
    signal.throwIfAborted();
    const part = open.slice(from, from + SLICE);
    for (const record of catalogue.images.records([...new Set(part.flatMap((f) => f.images))]))
      records.set(record.id, record);
    for (const finding of part) {
      if (decision === 'accept' && finding.suggested === null && kind !== 'duplicate' && kind !== 'leak') continue;
      const images = finding.images.flatMap((id) => records.get(id) ?? []);
      try {
        const { answer, spared } = answerOf({ ...finding, kind, images }, decision);
        planned.answers.push(answer);
        planned.findings.push(finding);
        planned.spared += spared;
      } catch (thrown) {
        // All that it would exclude is in the test split: left to be answered one by one.
        if (!(thrown instanceof AssayError) || thrown.code !== 'clean/test-fixed') throw thrown;
        planned.spared++;
      }
    }
    await new Promise(setImmediate);
  }
  return { ...planned, records };
}

export async function previewBulk(
  context: EngineContext,
  { first, ...bulk }: Bulk & { first: number },
  signal: AbortSignal,
): Promise<BulkPreview> {
  const { answers, findings, records, spared } = await plan(context, bulk, signal);
  const changes = new Map<string, BulkPreview['changes'][number]>();
  const touched: { finding: number; image: number; to: number | null }[] = [];
  answers.forEach((answer, i) => {
    const to = answer.decision === 'accept' ? (findings[i]?.suggested ?? null) : null;
    for (const image of [...answer.images, ...(answer.group ?? [])]) {
      const from = records.get(image)?.class ?? null;
      if (to !== null && from === to) continue;
      touched.push({ finding: answer.finding, image, to });
      if (to === null) continue;
      const key = `${from}-${to}`;
      const known = changes.get(key) ?? { from, to, images: 0 };
      known.images++;
      changes.set(key, known);
    }
  });
  const shown = touched.slice(0, first);
  const tiles = new Map(
    projectOf(context)
      .catalogue.tiles(shown.map((t) => t.image))
      .map((t) => [t.id, t]),
  );
  const keeps = bulk.decision === 'keep' || bulk.decision === 'not-duplicate';
  return {
    findings: answers.length,
    images: keeps ? 0 : new Set(touched.map((t) => t.image)).size,
    spared,
    changes: [...changes.values()].sort((a, b) => b.images - a.images),
    first: shown.flatMap(({ finding, image, to }) => {
      const tile = tiles.get(image);
      return tile ? [{ finding, tile, to }] : [];
    }),
  };
}

export async function decideBulk(context: EngineContext, bulk: Bulk, signal: AbortSignal) {
  const { answers } = await plan(context, bulk, signal);
  const { catalogue } = projectOf(context);
  const summary = `${bulk.decision}, ${bulk.kind} ≥ ${bulk.above}`;
  const { action, revision } =
    answers.length === 0
      ? { action: null, revision: catalogue.revision() }
      : await catalogue.findings.decideAll(answers, { author: author(context), summary, signal });
  return { action, findings: answers.length, changed: action?.changed ?? 0, revision };
}
