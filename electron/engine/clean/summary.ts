/** The state of the review: counts, precision so far, what is left, and plain advice. */
import { type CleanSummary, FINDING_KINDS, type Reason } from '../../contract/index.ts';
import { precisionSoFar, stopAdvice } from '../../cleaning/index.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { auditFigures, type AuditFigures, stillLeft } from './audit.ts';

/** Decisions of the label queue, as the precision so far sees them: unsure ones say nothing. */
function reviewed(context: EngineContext) {
  return projectOf(context)
    .catalogue.findings.decisions('label-error')
    .filter((d) => d.decision !== 'unsure');
}

/** Fewer decisions say nothing of the queue. */
const LEAST = 10;

function adviceOf(
  corrected: readonly boolean[],
  open: number,
  audit: AuditFigures | null,
  rows: number,
): Reason | null {
  if (open === 0 && corrected.length === 0 && !audit) return null;
  if (corrected.length < LEAST && !audit) return { key: 'advice-begin', values: {} };
  const last = corrected.slice(-50);
  const wrong = last.filter(Boolean).length;
  const of = { of: last.length, wrong };
  // Stopping is judged on what is still wrong: all that was mended since counts as found.
  const left = audit && { ...audit.drawn, found: Math.max(audit.drawn.found, audit.mended) };
  const { stop, reason } = stopAdvice(corrected.map(Number), left, rows);
  if (!audit) return { key: reason === 'audit-first' ? 'advice-audit' : 'advice-go-on', values: of };
  const still = stillLeft(audit);
  const values = {
    ...{ estimate: Math.round(still.estimate), low: Math.round(still.low), high: Math.ceil(still.high) },
    rows: audit.drawn.rows,
  };
  if (!stop) return { key: 'advice-left', values };
  if (reason === 'ranking-spent') return { key: 'advice-spent', values };
  return { key: audit.drawn.atMost ? 'advice-at-most' : 'advice-target', values };
}

/** Points of a curve that are sent at most: a chart is a few hundred pixels wide. */
const CURVE = 240;

export function summaryOf(context: EngineContext): CleanSummary {
  const { catalogue } = projectOf(context);
  const searched = catalogue.findings.searched();
  const decisions = reviewed(context);
  const corrected = decisions.map((d) => d.corrected);
  const curve = precisionSoFar(corrected.map(Number));
  const every = Math.max(1, Math.ceil(curve.length / CURVE));
  const byClass = new Map<number, { corrected: number; reviewed: number }>();
  for (const d of decisions) {
    if (d.given === null) continue;
    const entry = byClass.get(d.given) ?? { corrected: 0, reviewed: 0 };
    entry.reviewed++;
    if (d.corrected) entry.corrected++;
    byClass.set(d.given, entry);
  }
  const kinds = catalogue.findings.kinds();
  const audit = auditFigures(context);
  const { labelled } = catalogue.info();
  const open = kinds.find((k) => k.kind === 'label-error')?.open ?? 0;
  return {
    kinds,
    searchedAt: searched?.at ?? null,
    searched: FINDING_KINDS.filter((kind) => catalogue.findings.searched(kind) !== null),
    labelsLater: searched ? catalogue.snapshots.changedSince(searched.snapshot) : 0,
    reviewed: decisions.length,
    corrected: corrected.filter(Boolean).length,
    precision: curve.filter((_point, i) => i % every === 0 || i === curve.length - 1),
    byClass: [...byClass].map(([id, counts]) => ({ class: id, ...counts })).sort((a, b) => b.corrected - a.corrected),
    left: audit && {
      ...stillLeft(audit),
      audited: audit.drawn.audited,
      moreToHalve: audit.drawn.moreToHalve,
    },
    advice: adviceOf(corrected, open, audit, labelled),
  };
}
