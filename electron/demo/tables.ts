/** The text files of the set, in the contest's form, and what is kept beside them. */
import { DEMO_CLASSES } from './classes.ts';
import { type PlannedImage } from './plan.ts';

/** Everything that decides the set; a folder holds one such set. */
export interface DemoSettings {
  version: number;
  train: number;
  test: number;
  noise: number;
  seed: number;
}

const csv = (header: string, rows: string[]) => [header, ...rows, ''].join('\n');

/** Rows in the order of the names: the order of drawing would give the classes away. */
const sorted = (images: readonly PlannedImage[]) => [...images].sort((a, b) => (a.id < b.id ? -1 : 1));

/** File name → content, relative to the set's folder. */
export function demoTables(
  settings: DemoSettings,
  train: readonly PlannedImage[],
  test: readonly PlannedImage[],
): Record<string, string> {
  const line = (...cells: (string | number)[]) => cells.join(',');
  return {
    'train.csv': csv(
      'ID,target',
      sorted(train).map((image) => line(image.id, image.given)),
    ),
    'truth.csv': csv(
      'ID,target,given',
      sorted(train).map((image) => line(image.id, image.class, image.given)),
    ),
    'test-truth.csv': csv(
      'ID,target',
      sorted(test).map((image) => line(image.id, image.class)),
    ),
    'sample_submission.csv': csv(
      'ID,target',
      sorted(test).map((image) => line(image.id, 0)),
    ),
    'meta.csv': csv(
      'target,class_name',
      DEMO_CLASSES.map(({ id, name }) => line(id, name)),
    ),
    'classes.json': `${JSON.stringify(
      DEMO_CLASSES.map(({ id, name, korean, group }) => ({ id, name, korean, group })),
      null,
      2,
    )}\n`,
    'README.md': readme(settings, train),
  };
}

function readme({ train, test, noise, seed }: DemoSettings, images: readonly PlannedImage[]): string {
  const wrong = images.filter((image) => image.given !== image.class).length;
  const rows = DEMO_CLASSES.map(({ id, name, korean, group }) => {
    const count = images.filter((image) => image.class === id).length;
    return `| ${String(id)} | ${name} | ${korean} | ${group} | ${String(count)} |`;
  });
  return `# Demo set

Drawn by Assay: seventeen kinds of Korean documents, cards and car pictures. Every name, number, place and face is
invented. ${String(train)} training images (clean), ${String(test)} test images (turned, mirrored, blurred, noisy, compressed), seed
${String(seed)}. ${String(wrong)} training labels (${String(Math.round(noise * 1000) / 10)} %) are wrong on purpose.

| file | content |
| --- | --- |
| train/, test/ | the images; the folders' names are the splits |
| train.csv | ID, target: the training labels, wrong ones among them |
| test-truth.csv | ID, target: the test images' classes |
| truth.csv | ID, target, given: the true class of each training image and the label that train.csv gives |
| meta.csv, classes.json | the classes' numbers, names, Korean names, groups |
| sample_submission.csv | ID, target: the form of an answer |

| id | name | Korean | group | training images |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
