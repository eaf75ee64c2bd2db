/** Findings as the command line prints them. */
import { type Finding, type FindingKind, reasonSentence } from '../../../../contract/index.ts';
import { type Engine } from '../../../../engine/index.ts';

export interface Listed {
  id: number;
  kind: FindingKind;
  /** Present and true for a family whose copies carry different labels. */
  conflict?: true;
  /** Absolute paths: the one it is about first, of a family all. */
  images: string[];
  given: string | null;
  suggested: string | null;
  /** 0-1, higher = more suspicious. */
  score: number;
  likely: boolean;
  reason: string;
  decision: string | null;
}

const PAGE = 1_000;

/** Findings of a kind by falling score, at most `limit`. */
export async function findingsOf(
  engine: Engine,
  kind: FindingKind,
  { limit, decided = 'no' }: { limit: number; decided?: 'yes' | 'no' | 'all' },
): Promise<Finding[]> {
  const found: Finding[] = [];
  while (found.length < limit) {
    const count = Math.min(PAGE, limit - found.length);
    const page = await engine.call('clean.findings', { kind, decided, from: found.length, count });
    found.push(...page.findings);
    if (page.findings.length < count) break;
  }
  return found;
}

export async function listed(engine: Engine, findings: readonly Finding[]): Promise<Listed[]> {
  const classes = new Map((await engine.call('classes.list', {})).map((c) => [c.id, c.name]));
  const name = (id: number | null): string | null => (id === null ? null : (classes.get(id) ?? null));
  const out: Listed[] = [];
  for (const f of findings)
    out.push({
      id: f.id,
      kind: f.kind,
      images: f.images.length > 0 ? await engine.call('images.paths', { ids: f.images.map(({ id }) => id) }) : [],
      given: name(f.given),
      suggested: name(f.suggested),
      score: f.score,
      likely: f.likely,
      reason: f.reasons.map((r) => reasonSentence(r, 'en')).join('; '),
      decision: f.decision,
    });
  return out;
}

export function listText(findings: readonly Listed[]): string {
  const lines = findings.map(({ id, kind, score, images, given, suggested, reason }) => {
    const labels = given === null && suggested === null ? '' : `: ${given ?? '—'} → ${suggested ?? '—'}`;
    return `${String(id).padStart(6)}  ${kind.padEnd(11)}  ${score.toFixed(3)}  ${images.join(', ')}${labels}  (${reason})`;
  });
  return lines.join('\n') || 'Nothing was found.';
}
