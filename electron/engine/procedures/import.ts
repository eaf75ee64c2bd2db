/** Bringing images in: scan, read what is new, label, split. Run again it reads only what changed. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AssayError, type ImportPlan, type Split, importPlan } from '../../contract/index.ts';
import { type ImageRecord } from '../../catalogue/index.ts';
import { drawSplit } from '../../evaluation/index.ts';
import { type ScannedFile, scanFolder } from '../../imaging/scan.ts';
import { type EngineContext, type HandlersOf, type OpenProject, author, changed, projectOf } from '../context.ts';
import { type FileLabel, type Labeller, labellerOf } from '../import-labels.ts';
import { type JobContext } from '../jobs.ts';

/** Files whose rows are written in one transaction. */
const ROWS = 400;

async function folderOf(path: string): Promise<string> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) throw new AssayError('import/no-source', { subject: path });
  return path;
}

async function scan(source: string, job: JobContext): Promise<ScannedFile[]> {
  const files: ScannedFile[] = [];
  for await (const file of scanFolder(source, { signal: job.signal })) {
    files.push(file);
    if (files.length % 200 === 0) job.progress('scan', files.length, 0);
  }
  job.progress('scan', files.length, files.length);
  return files;
}

/** Writes labels of some rows into the import's action. */
function writeLabels(project: OpenProject, action: number, rows: { id: number; label: FileLabel }[]): void {
  const { catalogue } = project;
  const classes = catalogue.classes.ensure(rows.flatMap(({ label }) => label.class ?? []));
  const labelled = rows
    .filter(({ label }) => label.class !== undefined || label.split !== undefined)
    .map(({ id, label }) => ({
      image: id,
      ...(label.class === undefined ? {} : { class: classes.get(label.class) ?? null }),
      ...(label.split === undefined ? {} : { split: label.split }),
    }));
  if (labelled.length > 0) catalogue.labels.importRows(action, labelled);
}

interface Counts {
  added: number;
  done: number;
}

async function readImages(
  context: EngineContext,
  project: OpenProject,
  source: number,
  files: ScannedFile[],
  label: Labeller,
  action: number,
  job: JobContext,
): Promise<Counts> {
  const { catalogue } = project;
  const counts: Counts = { added: 0, done: 0 };
  const toRead: ScannedFile[] = [];
  for (let from = 0; from < files.length; from += ROWS) {
    const slice = files.slice(from, from + ROWS);
    const known = catalogue.images.known(
      source,
      slice.map((f) => ({ path: f.relative, bytes: f.bytes, mtime: f.mtimeMs })),
    );
    const settled: { id: number; label: FileLabel }[] = [];
    slice.forEach((file, i) => {
      const image = known[i];
      if (image?.unchanged && image.status !== 'missing') settled.push({ id: image.id, label: label(file.relative) });
      else toRead.push(file);
    });
    writeLabels(project, action, settled);
    counts.done += settled.length;
    // Other calls get their turn between two transactions.
    await new Promise(setImmediate);
  }
  const relativeOf = new Map(toRead.map((file) => [file.path, file]));
  await context.compute.run(
    'ingest',
    { files: toRead.map((file) => file.path), thumbnails: project.thumbnailFile },
    {
      signal: job.signal,
      onBatch(batch) {
        const rows = batch.images.map((image) => {
          const file = relativeOf.get(image.path);
          return {
            path: file?.relative ?? image.path,
            hash: image.hash,
            bytes: file?.bytes ?? 0,
            mtime: file?.mtimeMs ?? 0,
            format: image.format,
            width: image.width,
            height: image.height,
            brightness: image.brightness,
            blur: image.blur,
            status: image.reason === null ? ('ok' as const) : ('unreadable' as const),
            reason: image.reason,
          };
        });
        const { ids, added } = catalogue.images.add(source, rows);
        writeLabels(
          project,
          action,
          ids.map((id, i) => ({ id, label: label(rows[i]?.path ?? '') })),
        );
        counts.added += added;
        counts.done += rows.length;
        for (const row of rows) if (row.reason !== null) job.trouble(row.path, row.reason ?? '');
        job.progress('decode', counts.done, files.length);
        changed(context, ['images', 'labels', 'classes']);
      },
    },
  );
  return counts;
}

/** Every image of a source, in the order of its rows. */
async function ofSource({ catalogue }: OpenProject, source: number): Promise<ImageRecord[]> {
  const ids = (await catalogue.views.select(`source:${JSON.stringify(catalogue.sources.get(source).name)}`)).sort();
  const images: ImageRecord[] = [];
  for (let from = 0; from < ids.length; from += 1000)
    images.push(...catalogue.images.records(ids.subarray(from, from + 1000)));
  return images;
}

/** Seeded, stratified: each class gives the same share to validation and test. */
async function drawSplits(project: OpenProject, source: number, plan: ImportPlan, action: number): Promise<void> {
  const { catalogue } = project;
  const images = (await ofSource(project, source)).filter((image) => image.class !== null && image.status === 'ok');
  const classes = new Map(
    [...new Set(images.map((image) => image.class))].sort((a, b) => Number(a) - Number(b)).map((id, i) => [id, i]),
  );
  const drawn = drawSplit(
    {
      labels: Int32Array.from(images, (image) => classes.get(image.class) ?? -1),
      keys: images.map((image) => image.hash ?? image.path),
      seed: plan.seed,
    },
    { validation: plan.validationShare, test: plan.testShare },
  );
  const names: Split[] = ['train', 'validation', 'test'];
  for (let from = 0; from < images.length; from += ROWS) {
    const rows = images
      .slice(from, from + ROWS)
      .map((image, i) => ({ image: image.id, split: names[drawn[from + i] ?? 0] ?? 'train' }));
    catalogue.labels.importRows(action, rows);
  }
}

export async function importBody(
  context: EngineContext,
  params: unknown,
  job: JobContext,
): Promise<Record<string, unknown>> {
  const project = projectOf(context);
  const { catalogue } = project;
  const plan = importPlan.parse(params);
  const folder = await folderOf(plan.source);
  const files = await scan(folder, job);
  if (files.length === 0) throw new AssayError('import/no-images', { subject: folder });
  const label = await labellerOf(
    plan,
    files.map((file) => file.relative),
  );
  const source = catalogue.sources.ensure(folder);
  const action = catalogue.labels.beginImport({
    key: JSON.stringify(plan),
    summary: basename(folder),
    author: author(context),
  });
  const counts = await readImages(context, project, source.id, files, label, action, job);
  if (plan.split === 'draw') await drawSplits(project, source.id, plan, action);
  await catalogue.images.reconcile(
    source.id,
    files.map((file) => file.relative),
    job.signal,
  );
  catalogue.labels.finishImport(action);
  await folderOf(folder).catch(() => {
    throw new AssayError('import/source-vanished', { subject: folder });
  });
  project.remember(context);
  changed(context, ['images', 'labels', 'classes']);
  const all = await ofSource(project, source.id);
  return {
    images: all.filter((image) => image.status === 'ok').length,
    added: counts.added,
    unreadable: all.filter((image) => image.status === 'unreadable').length,
    classes: new Set(all.flatMap((image) => image.class ?? [])).size,
  };
}

export const importing: HandlersOf<'import' | 'demo'> = {
  async 'import.start'(context, plan) {
    const source = await folderOf(resolve(plan.source));
    return {
      job: projectOf(context).jobs.start({ kind: 'import', title: basename(source), params: { ...plan, source } }),
    };
  },
  'demo.start': (context, params) => ({
    job: projectOf(context).jobs.start({ kind: 'demo', title: basename(params.folder), params }),
  }),
};
