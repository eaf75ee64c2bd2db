/** What each answer means for each kind of finding: which ones fit, whom they change, and what the test split is spared. */
import { AssayError, type Decision, type FindingKind, FITTING } from '../../contract/index.ts';
import { type Answer, type ImageRecord } from '../../catalogue/index.ts';

/** A finding as an answer needs it. */
export interface Answerable {
  id: number;
  kind: FindingKind;
  suggested: number | null;
  /** In the order of the finding: the copy to keep first, for a conflict those to mend. */
  images: readonly ImageRecord[];
}

/** @throws AssayError `clean/decision-unfit` */
export function checkFitting(kind: FindingKind, decision: Decision): void {
  const known = FITTING[kind];
  if (!known.includes(decision))
    throw new AssayError('clean/decision-unfit', { values: { kind, decision, known: known.join(', ') } });
}

const isTest = (image: ImageRecord): boolean => image.split === 'test';

/** Images that an answer is about where none are named. */
function meant({ kind, images }: Answerable, decision: Decision): readonly ImageRecord[] {
  if (kind === 'overlap' || kind === 'spurious') return [];
  if (kind === 'conflict') return images;
  if (kind === 'leak') return images.filter((image) => !measuredOn(images).has(image.split));
  if (kind === 'duplicate') return decision === 'exclude' ? images.slice(1) : images;
  return images.slice(0, 1);
}

/** Splits of a leaking family that are measured on: the test split, or else the validation split. */
function measuredOn(images: readonly ImageRecord[]): Set<string> {
  const test = images.some(isTest);
  return new Set(test ? ['test', 'none'] : ['validation', 'none']);
}

export interface Settled {
  answer: Answer;
  /** Images of the test split that would have been excluded and stay. */
  spared: number;
}

/**
 * The answer with the images that it changes. Images of the test split are never excluded: those that the kind would mean
 * are spared, one that was named is refused.
 * @param named whom the person chose, or null
 * @throws AssayError `clean/decision-unfit`, `clean/test-fixed`
 */
export function answerOf(
  finding: Answerable,
  decision: Decision,
  options: { class?: number | null; named?: readonly ImageRecord[] | null } = {},
): Settled {
  checkFitting(finding.kind, decision);
  const { kind } = finding;
  const excludes = decision === 'exclude' || (kind === 'leak' && decision === 'accept');
  const about = options.named ?? meant(finding, decision);
  const refused = excludes ? about.filter(isTest) : [];
  const [only] = refused;
  if (only && (options.named || refused.length === about.length))
    throw new AssayError('clean/test-fixed', { subject: only.name });
  const images = about.filter((image) => !refused.includes(image)).map((image) => image.id);
  const groups = kind === 'duplicate' && decision === 'accept';
  return {
    answer: {
      finding: finding.id,
      // What was suggested of a leak is to exclude the learned copies.
      decision: kind === 'leak' && decision === 'accept' ? 'exclude' : decision,
      class: options.class ?? null,
      images: groups ? [] : images,
      ...(groups ? { group: images } : {}),
    },
    spared: refused.length,
  };
}
