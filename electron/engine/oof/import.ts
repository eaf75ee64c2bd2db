/** A table of out-of-fold probabilities becomes a run: what another program trained is evaluated, compared and stacked. */
import { mkdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AssayError, type Output } from '../../contract/index.ts';
import { keysOf, readTable } from '../../interchange/index.ts';
import { changed, type EngineContext, projectOf } from '../context.ts';
import { workingImages } from '../features.ts';
import { IMPORTED, runEvaluation, runFolder } from '../runs.ts';
import { classesBeside } from './export.ts';
import { keepFolds } from './folds.ts';
import { type OofTable, readOof } from './read.ts';

const nfc = (name: string): string => name.normalize('NFC').replaceAll('\\', '/');

/** Names of the columns' classes: those given, those of the file beside the table, or the project's. */
async function namesOf(context: EngineContext, table: string, given: readonly string[] | null): Promise<string[]> {
  if (given) return [...given];
  const beside = classesBeside(table);
  if (await stat(beside).catch(() => null)) {
    const { rows } = await readTable(beside);
    return rows
      .map(([place, name]) => ({ place: Number(place), name: (name ?? '').normalize('NFC') }))
      .sort((a, b) => a.place - b.place)
      .map(({ name }) => name);
  }
  return projectOf(context)
    .catalogue.classes.list()
    .map((c) => c.name);
}

/**
 * @throws AssayError `import/csv-unreadable`; `oof/invalid` where the table does not fit the project: an unknown class, a
 * missing column, a row whose image, target or probabilities cannot be meant
 */
export async function importOof(
  context: EngineContext,
  { table: given, name, classes: named }: { table: string; name?: string | null; classes?: string[] | null },
  signal: AbortSignal,
): Promise<Output<'oof.import'>> {
  const { catalogue } = projectOf(context);
  const path = resolve(given);
  const refuse = (reason: string) => new AssayError('oof/invalid', { subject: basename(path), values: { reason } });
  const table = await readTable(path);
  const names = await namesOf(context, path, named ?? null);
  const known = new Map(catalogue.classes.list().map((c) => [c.name.normalize('NFC'), c]));
  const strange = names.find((one) => !known.has(one.normalize('NFC')));
  if (strange !== undefined)
    throw refuse(`the project has no class "${strange}"; name the columns' classes with --classes`);
  const images = await workingImages(context, signal);
  const byName = new Map<string, number[]>();
  const call = (key: string, image: number): void => {
    const there = byName.get(key);
    if (!there) byName.set(key, [image]);
    else if (there.at(-1) !== image) there.push(image);
  };
  for (const [i, image] of images.entries()) {
    for (const key of [...keysOf(image.path), nfc(image.file)]) call(key, image.id);
    if (i % 2000 === 1999) await new Promise(setImmediate);
  }
  const read = await readOof(table, names, (id) => byName.get(nfc(id)) ?? [], basename(path));
  const classes = names.map((one) => ({ id: known.get(one.normalize('NFC'))!.id, name: one }));
  const labelOf = new Map(images.map((image) => [image.id, image.class]));
  const relabelled = read.rows.filter(({ image, target }) => labelOf.get(image) !== classes[target]!.id).length;
  // A few are corrections of today; most of them are another order of the classes.
  if (relabelled > read.rows.length / 2)
    throw refuse(
      `the target of ${relabelled} of ${read.rows.length} rows is not the image's label: the classes seem to be in another order`,
    );
  return store(context, { path, name, read, classes, relabelled, images });
}

interface Stored {
  path: string;
  name?: string | null;
  read: OofTable;
  classes: { id: number; name: string }[];
  relabelled: number;
  images: Awaited<ReturnType<typeof workingImages>>;
}

async function store(context: EngineContext, whole: Stored): Promise<Output<'oof.import'>> {
  const { path, name, read, classes, relabelled, images } = whole;
  const { catalogue } = projectOf(context);
  const run = catalogue.runs.create({
    ...{ name: name?.trim() || basename(path), preset: IMPORTED, backbones: [], size: 0, classes },
    recipe: { table: path },
  });
  const ids = read.rows.map(({ image }) => image);
  await catalogue.predictions.add(run, 'out-of-fold', ids, read.probabilities);
  const folder = runFolder(context, run);
  await mkdir(folder, { recursive: true });
  await keepFolds(
    folder,
    ids,
    read.rows.map(({ fold }) => fold ?? -1),
  );
  const { accuracy, macroF1 } = await runEvaluation(context, run, 'out-of-fold');
  catalogue.runs.update(run, { state: 'done', split: 'out-of-fold', images: ids.length, accuracy, macroF1 });
  changed(context, ['runs', 'labels']);
  const told = new Set(ids);
  const missing = images.filter((i) => i.class !== null && i.split !== 'test' && !told.has(i.id)).length;
  return { run, rows: ids.length, missing, relabelled, macroF1, accuracy };
}
