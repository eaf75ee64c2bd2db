/** Made-up answers for the Clean view: findings of every kind, the audit, classes, moved scores. */
import { type Audit } from '../../electron/contract/cleaning.ts';
import { type Output } from '../../electron/contract/contract.ts';
import { AssayError } from '../../electron/contract/errors.ts';
import { type Reason } from '../../electron/contract/reasons.ts';
import { type Finding, FINDING_KINDS, type FindingKind } from '../../electron/contract/words.ts';
import { chance } from './data.ts';
import { type Answers, type MockStudio } from './work.ts';

const MINUTE = 60_000;
const COUNTS: Record<FindingKind, number> = {
  ...{ 'label-error': 123, conflict: 4, leak: 11, duplicate: 38, quality: 52, outlier: 71, overlap: 6, spurious: 2 },
};
const REASONS: Partial<Record<FindingKind, Reason>> = {
  conflict: { key: 'same-file', values: {} },
  leak: { key: 'across-splits', values: { learned: 1, measured: 1, splits: 'train, test' } },
  duplicate: { key: 'near-copies', values: { count: 3, likeness: '0.991' } },
  quality: { key: 'quality-blurred', values: { value: '0.11', limit: '0.18' } },
  outlier: { key: 'far-from-all', values: { distance: '0.71', limit: '0.52' } },
  spurious: {
    key: 'gives-away-class',
    values: { property: 'width', class: '진료 확인서', precision: '0.96', recall: '0.88' },
  },
};

export function cleaningAnswers({ options, classes, tile, emit }: MockStudio): Answers {
  const none = options.has('empty');
  const names = classes.map((c) => c.name);
  const nameOf = (id: number): string => names[id - 1] ?? '';
  const make = (kind: FindingKind, i: number, id: number): Finding => {
    const image = tile(id * 3 + 1);
    const given = image.class ?? 1;
    const suggested = ((given + (i % 2 ? 3 : 6)) % classes.length) + 1;
    const copies = kind === 'duplicate' ? 3 : 2;
    const images =
      kind === 'overlap' || kind === 'spurious'
        ? Array.from({ length: 9 }, (_, k) => tile(id * 5 + k))
        : ['conflict', 'leak', 'duplicate'].includes(kind)
          ? Array.from({ length: copies }, (_, k) => ({
              ...image,
              ...{ id: image.id + k * 1000, name: k === 0 ? image.name : `copy_${k}_${image.name}` },
              class: kind === 'conflict' && k > 0 ? suggested : image.class,
              split: kind === 'leak' && k === 0 ? ('test' as const) : ('train' as const),
            }))
          : [image];
    const labels: Reason[] = [
      { key: 'model-says', values: { p: '0.93', class: nameOf(suggested), runs: '4 of 5 folds' } },
      { key: 'nearest-are', values: { count: 8, of: 8, class: nameOf(suggested) } },
      { key: 'model-doubts', values: { p: '0.04', class: nameOf(given) } },
      { key: 'confident-joint', values: { suggested: nameOf(suggested) } },
    ];
    const overlap: Reason = {
      key: 'classes-overlap',
      values: { count: 12, first: nameOf(given), second: nameOf(suggested), firstToSecond: 8, secondToFirst: 4 },
    };
    return {
      ...{ id, kind, score: 0.97 - i * 0.006, images, given, decision: null, likely: i < COUNTS[kind] / 2 },
      suggested: ['label-error', 'conflict', 'overlap'].includes(kind) ? suggested : null,
      reasons: kind === 'label-error' ? labels : kind === 'overlap' ? [overlap] : [REASONS[kind]!],
    };
  };
  let next = 0;
  const findings = none
    ? []
    : FINDING_KINDS.flatMap((kind) => Array.from({ length: COUNTS[kind] }, (_, i) => make(kind, i, ++next)));
  const decided: boolean[] = none ? [] : Array.from({ length: 64 }, (_, i) => chance(i, 21) < 0.85 - i * 0.005);

  const summary = (): Output<'clean.summary'> => {
    const precision = decided.map((_, i) => {
      const n = i + 1;
      const value = decided.slice(0, n).filter(Boolean).length / n;
      const half = 1.64 * Math.sqrt((value * (1 - value)) / n + 0.25 / n ** 2);
      return { n, value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
    });
    return {
      kinds: FINDING_KINDS.map((kind) => {
        const of = findings.filter((f) => f.kind === kind);
        const open = of.filter((f) => f.decision === null);
        const before = kind === 'label-error' ? 64 : 0;
        return {
          kind,
          open: open.length,
          decided: of.length - open.length + before,
          likely: open.filter((f) => f.likely).length,
        };
      }),
      ...{ searchedAt: none ? null : Date.now() - 40 * MINUTE, searched: none ? [] : [...FINDING_KINDS] },
      ...{ labelsLater: none ? 0 : 37, reviewed: decided.length, corrected: decided.filter(Boolean).length, precision },
      byClass: none
        ? []
        : [4, 8, 15, 5].map((id, i) => ({
            ...{ class: id, corrected: [19, 9, 6, 3][i] ?? 0, reviewed: [34, 21, 12, 9][i] ?? 0 },
          })),
      left: none ? null : { estimate: 30, low: 10, high: 88, audited: 100, moreToHalve: 233 },
      advice: none ? null : { key: 'advice-go-on', values: { of: 50, wrong: 29 } },
    };
  };
  const finding = (id: number): Finding => {
    const found = findings.find((f) => f.id === id);
    if (!found) throw new AssayError('clean/finding-unknown', { subject: String(id) });
    return found;
  };
  const near = (from: number, klass: number | null, top: number) =>
    Array.from({ length: 6 }, (_, i) => ({
      tile: { ...tile(from * 7 + i * 11 + 1), class: klass },
      similarity: top - i * 0.006,
    }));
  const changed = (): void =>
    queueMicrotask(() => emit({ type: 'changed', revision: 1, what: ['findings', 'labels'] }));
  const action = (id: number, what: string) => ({
    action: { id, at: Date.now(), kind: 'clean', summary: what, changed: 1 },
    revision: 1,
  });
  let audit: Audit | null = none ? null : audited(tile, 12);

  return {
    'clean.start': () => ({ job: 50 }),
    'clean.summary': summary,
    'clean.findings': ({ kind, from = 0, count = 50 }) => {
      const open = findings.filter((f) => f.kind === kind && f.decision === null);
      return { total: open.length, findings: open.slice(from, from + count) };
    },
    'clean.finding': ({ finding: id }) => {
      const f = finding(id);
      const [first, ...others] = f.images;
      return {
        ...f,
        links: others.map((other, i) => ({ first: first?.id ?? 0, second: other.id, likeness: 0.991 - i * 0.01 })),
        learned: f.kind === 'leak' ? others.map((other) => other.id) : [],
        probabilities: [f.suggested ?? 8, f.given, 15].map((c, i) => ({
          ...{ class: c, name: nameOf(c ?? 1), p: [0.93, 0.04, 0.02][i] ?? 0 },
        })),
        nearestGiven: near(id, f.given, 0.88),
        nearestSuggested: f.suggested === null ? [] : near(id + 40, f.suggested, 0.97),
      };
    },
    'clean.decide': ({ finding: id, decision }) => {
      const f = finding(id);
      f.decision = decision;
      if (f.kind === 'label-error') decided.push(decision === 'accept' || decision === 'change');
      changed();
      return action(id, `${f.images[0]?.name ?? ''}: ${decision}`);
    },
    'clean.preview': ({ kind, above, decision, first }) => {
      const hit = findings.filter((f) => f.kind === kind && f.decision === null && f.score >= above);
      return {
        ...{ findings: hit.length, images: hit.length, spared: kind === 'leak' ? 2 : 0 },
        changes: decision === 'accept' ? [{ from: 4, to: 8, images: hit.length }] : [],
        first: hit.slice(0, first).map((f) => ({ finding: f.id, tile: f.images[0]!, to: f.suggested })),
      };
    },
    'clean.bulk': ({ kind, above, decision }) => {
      const hit = findings.filter((f) => f.kind === kind && f.decision === null && f.score >= above);
      for (const f of hit) f.decision = decision;
      changed();
      return { ...action(1, kind), findings: hit.length, changed: hit.length };
    },
    'clean.audit': () => audit,
    'clean.auditStart': ({ size }) => (audit = audited(tile, 0, size)),
    'clean.auditVerdict': ({ image, verdict }) => {
      const sample = audit!.sample.map((one) => (one.tile.id === image ? { ...one, verdict } : one));
      audit = { ...audit!, sample, audited: sample.filter((one) => one.verdict !== null).length };
      changed();
      return { ...action(image, verdict), audit };
    },
    'clean.health': () => ({
      ...{ searchedAt: none ? null : Date.now(), expectedErrors: none ? null : 118, jointErrors: none ? null : 97 },
      classes: none
        ? []
        : classes.map((c, i) => ({
            ...{ class: c.id, images: i === 1 ? 46 : 100 - (i % 4) * 9, labelQuality: 0.98 - (i % 5) * 0.02 },
            ...{ doubtful: (i * 3) % 11, missing: (i * 5) % 9, precision: 0.95 - (i % 6) * 0.02, recall: 0.93 },
            ...{ f1: 0.94 - (i % 6) * 0.01, confidence: 0.9, rare: i === 1 },
          })),
      overlap: none ? [] : [{ first: 4, second: 8, count: 21, firstToSecond: 12, secondToFirst: 9, score: 0.1 }],
      spurious: none
        ? []
        : [{ property: 'width', class: 13, score: 0.9, accuracy: 0.2, baseline: 0.1, precision: 0.96, recall: 0.88 }],
      drift: none ? [] : [{ property: 'brightness', distance: 0.31, p: 0.001 }],
    }),
    'clean.effect': () =>
      none
        ? []
        : [
            {
              ...{ run: 12, name: 'siglip-512', split: 'test', relabelled: 9, lostHits: 2, gainedHits: 6, excluded: 1 },
              before: { images: 340, accuracy: 0.951, macroF1: 0.9487 },
              now: { images: 339, accuracy: 0.963, macroF1: 0.9561 },
              withoutLeaked: { images: 331, accuracy: 0.96, macroF1: 0.9532 },
              notes: labels([
                { key: 'effect-labels', values: { changed: 9, gained: 6, lost: 2 } },
                { key: 'effect-leaked', values: { count: 8 } },
              ]),
            },
          ],
  };
}

/** Reasons with different values, as one type. */
const labels = (notes: Reason[]): Reason[] => notes;

function audited(tile: MockStudio['tile'], answered: number, size = 100): Audit {
  const figures = { estimate: 30, low: 10, high: 88 };
  return {
    ...{ id: 1, seed: 1, startedAt: Date.now(), size, audited: answered, wrong: Math.min(2, answered) },
    sample: Array.from({ length: size }, (_, i) => ({
      tile: tile(i * 13 + 5),
      verdict: i < answered ? ('right' as const) : null,
    })),
    ...{ strata: [], drawn: figures, left: figures, rows: 1506, atMost: false, moreToHalve: 233 },
  };
}
