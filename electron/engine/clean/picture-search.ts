/** The search in the pictures themselves: copies, conflicts, leaks, oddities, spurious cues. */
import { type CleanHealth, type FindingKind, type Reason } from '../../contract/index.ts';
import { type ImageRecord, type NewFinding } from '../../catalogue/index.ts';
import { type EngineContext, projectOf } from '../context.ts';
import { type JobContext } from '../jobs.ts';
import type { SurveyParams, SurveyResult } from '../tasks/survey.ts';

/** Kept with a family, for its page. */
export interface FamilyDetail {
  links: { first: number; second: number; likeness: number }[];
  learned: number[];
}

export interface PictureSearch {
  findings: Partial<Record<FindingKind, NewFinding[]>>;
  /** Images of one family share a number. */
  groups: Map<number, number>;
  health: Partial<CleanHealth>;
  survey: SurveyResult;
}

const SPLIT = { train: 0, validation: 1, test: 2, none: 3 } as const;
/** Examples of a class whose images something cheap gives away. */
const EXAMPLES = 12;
const GIVEN_AWAY = 0.9;

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

export async function searchPictures(
  context: EngineContext,
  wanted: SurveyParams['wanted'],
  images: readonly ImageRecord[],
  job: JobContext,
): Promise<PictureSearch> {
  const { catalogue, thumbnailFile } = projectOf(context);
  const classes = catalogue.classes.list();
  const column = new Map(classes.map((c, i) => [c.id, i]));
  const survey = await context.compute.run(
    'survey',
    {
      images: images.map((image) => ({
        ...{ path: image.file, hash: image.hash ?? '', name: image.name, folder: folderOf(image.path) },
        ...{ format: image.format ?? '', bytes: image.bytes, width: image.width, height: image.height },
      })),
      thumbnails: thumbnailFile,
      labels: Int32Array.from(images, (image) => column.get(image.class ?? -1) ?? -1),
      classes: classes.map((c) => c.name),
      splits: Uint8Array.from(images, (image) => SPLIT[image.split]),
      wanted,
      refused: catalogue.findings.refused(),
    },
    { signal: job.signal, onProgress: (done, total, phase) => job.progress(phase, done, total) },
  );
  for (const row of survey.unreadable) job.trouble(images[row]?.path ?? '', 'it could not be read again');
  if (survey.unseen > 0) job.log(`${survey.unseen} of ${survey.proposed} proposed pairs were not compared`);
  const names = classes.map((c) => c.name);
  const groups = new Map<number, number>();
  survey.families.forEach(({ members }, group) => {
    for (const row of members) groups.set(images[row]!.id, group);
  });
  const findings: PictureSearch['findings'] = {};
  const ids = classes.map((c) => c.id);
  if (wanted.duplicates) Object.assign(findings, familyFindings(survey, images, ids, names));
  if (wanted.quality) findings.quality = [...damaged(await unreadable(context, job)), ...quality(survey, images)];
  if (wanted.spurious) findings.spurious = spurious(survey, images, ids, names);
  const health: Partial<CleanHealth> = wanted.spurious
    ? {
        spurious: survey.spurious.map((s) => ({ ...s, class: s.class === null ? null : (ids[s.class] ?? null) })),
        drift: survey.drift,
      }
    : {};
  return { findings, groups, health, survey };
}

async function unreadable(context: EngineContext, job: JobContext): Promise<{ id: number; reason: string }[]> {
  const { catalogue } = projectOf(context);
  const ids = await catalogue.views.select('is:unreadable -is:excluded', { signal: job.signal });
  return Array.from(ids, (id) => ({ id, reason: catalogue.detail(id).reason ?? '' }));
}

const damaged = (images: readonly { id: number; reason: string }[]): NewFinding[] =>
  images.map(({ id, reason }) => ({
    images: [id],
    ...{ given: null, suggested: null, score: 1, likely: true },
    reasons: [{ key: 'quality-damaged', values: { reason } }],
  }));

/** One finding an image, with everything that is odd of it. */
function quality({ quality: found }: SurveyResult, images: readonly ImageRecord[]): NewFinding[] {
  const byRow = new Map<number, NewFinding & { reasons: Reason[] }>();
  for (const { row, kind, score, value, limit, likely } of found) {
    const { id, width, height } = images[row]!;
    const reason = {
      key: `quality-${kind}`,
      values: { value: value.toFixed(2), limit: limit.toFixed(2), width, height },
    };
    const known = byRow.get(row);
    if (known) {
      known.reasons.push(reason);
      known.likely ||= likely;
    } else byRow.set(row, { images: [id], given: null, suggested: null, score, likely, reasons: [reason] });
  }
  return [...byRow.values()];
}

function spurious(
  { spurious: found }: SurveyResult,
  images: readonly ImageRecord[],
  ids: readonly number[],
  names: readonly string[],
): NewFinding[] {
  return found.map(({ property, class: c, score, accuracy, baseline, precision, recall }): NewFinding => {
    const given = c === null ? null : (ids[c] ?? null);
    const two = (value: number): string => value.toFixed(2);
    return {
      images: images
        .filter((image) => given !== null && image.class === given)
        .slice(0, EXAMPLES)
        .map((image) => image.id),
      subject: `property:${property}`,
      ...{ given, suggested: null, score, likely: score >= GIVEN_AWAY },
      reasons: [
        c === null
          ? { key: 'gives-away-all', values: { property, accuracy: two(accuracy), baseline: two(baseline) } }
          : {
              key: 'gives-away-class',
              values: { property, class: names[c] ?? '', precision: two(precision), recall: two(recall) },
            },
      ],
    };
  });
}

function familyFindings(
  { families, conflicts, leaks }: SurveyResult,
  images: readonly ImageRecord[],
  ids: readonly number[],
  names: readonly string[],
): Pick<PictureSearch['findings'], 'conflict' | 'leak' | 'duplicate'> {
  const at = (row: number): ImageRecord => images[row]!;
  const idsOf = (rows: readonly number[]): number[] => rows.map((row) => at(row).id);
  const sameBytes = (rows: readonly number[]): boolean => new Set(rows.map((row) => at(row).hash)).size === 1;
  const alike = (rows: readonly number[], weakest: number): Reason =>
    sameBytes(rows)
      ? { key: 'same-file', values: {} }
      : { key: 'near-copies', values: { count: rows.length, likeness: weakest.toFixed(2) } };
  const detailOf = (family: SurveyResult['families'][number], learned: readonly number[]): FamilyDetail => ({
    links: family.links.map(({ first, second, likeness }) => ({
      first: at(first).id,
      second: at(second).id,
      likeness,
    })),
    learned: idsOf(learned),
  });
  const common = { given: null, suggested: null, likely: true };
  // The copy to keep comes first: one that is measured on, the largest, the least compressed, the oldest.
  const best = (rows: readonly number[]): number[] =>
    [...rows].sort(
      (a, b) =>
        Number(at(b).split === 'test') - Number(at(a).split === 'test') ||
        at(b).width * at(b).height - at(a).width * at(a).height ||
        at(b).bytes - at(a).bytes ||
        at(a).id - at(b).id,
    );
  const conflicting = new Set(conflicts.map(({ family }) => family.members[0]));
  return {
    conflict: conflicts.map(({ family, labels, counts }) => {
      const [most] = labels;
      // The labels that stand alone come first: they are to be mended.
      const rank = (row: number): number => labels.indexOf(ids.indexOf(at(row).class ?? -1));
      const rows = [...family.members].sort((a, b) => rank(b) - rank(a) || at(a).id - at(b).id);
      const told = labels.map((label, i) => `${names[label]} ${counts[i]}`).join(', ');
      const given = at(rows[0]!).class;
      const tie = counts[0] === counts[1];
      return {
        images: idsOf(rows),
        given,
        // Two against two say nothing of which is right.
        suggested: tie && labels.length > 2 ? null : (ids[most ?? -1] ?? null),
        score: family.weakest,
        likely: true,
        reasons: [{ key: 'two-labels', values: { labels: told } }, alike(family.members, family.weakest)],
        detail: detailOf(family, []),
      };
    }),
    leak: leaks.map(({ family, measured, learned }) => {
      const splits = [...new Set([...measured, ...learned].map((row) => at(row).split))].join(', ');
      const test = measured.some((row) => at(row).split === 'test');
      return {
        ...common,
        images: idsOf([...measured, ...learned]),
        // Leaks into the test split come before those into the validation split.
        score: test ? 0.5 + family.weakest / 2 : family.weakest / 2,
        reasons: [
          { key: 'across-splits', values: { learned: learned.length, measured: measured.length, splits } },
          alike(family.members, family.weakest),
        ],
        detail: detailOf(family, learned),
      };
    }),
    duplicate: families
      .filter((family) => !conflicting.has(family.members[0]))
      .map((family) => ({
        ...common,
        images: idsOf(best(family.members)),
        score: family.weakest,
        reasons: [alike(family.members, family.weakest)],
        detail: detailOf(family, []),
      })),
  };
}
