import Database from 'better-sqlite3';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCatalogue } from './index.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { type Migration } from './migrations/migration.ts';
import { AUTHOR, aProject, type Project, withImages } from './testing.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay open '));
  folder = join(root, 'p.assay');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const create = { create: true, door: 'command' } as const;
const open = { door: 'command' } as const;

test('every connection is durable, in WAL, with foreign keys, also when it is opened again', async () => {
  (await openCatalogue(folder, create)).close();
  const probe = new Database(join(folder, 'catalogue.db'));
  expect(probe.pragma('journal_mode', { simple: true })).toBe('wal');
  // What the compiled default is: the reason for setting it at every open.
  expect(probe.pragma('synchronous', { simple: true })).toBe(1);
  probe.close();
  const project = await aProject();
  await project.reopen();
  const pragma = (name: string): unknown => project.catalogue.pragma(name);
  expect([pragma('synchronous'), pragma('foreign_keys'), pragma('journal_mode')]).toEqual([2, 1, 'wal']);
  project.close();
});

test('what is no project, something else, newer or damaged is refused and left as it was', async () => {
  await expect(openCatalogue(folder, open)).rejects.toMatchObject({ code: 'project/not-found' });
  expect(existsSync(folder)).toBe(false);
  mkdirSync(folder);
  writeFileSync(join(folder, 'thesis.txt'), 'words');
  await expect(openCatalogue(folder, create)).rejects.toMatchObject({ code: 'project/exists' });
  expect(readdirSync(folder)).toEqual(['thesis.txt']);

  const newer = join(root, 'newer.assay');
  (await openCatalogue(newer, create)).close();
  const db = new Database(join(newer, 'catalogue.db'));
  db.pragma('user_version = 99');
  db.close();
  await expect(openCatalogue(newer, open)).rejects.toMatchObject({
    code: 'project/newer',
    values: { found: 99, known: MIGRATIONS.length },
  });

  const file = join(newer, 'catalogue.db');
  truncateSync(file, 1500);
  await expect(openCatalogue(newer, open)).rejects.toMatchObject({ code: 'project/damaged' });
  truncateSync(file, 0);
  await expect(openCatalogue(newer, open)).rejects.toMatchObject({ code: 'project/damaged' });
  writeFileSync(file, 'this is not a database, but it is long enough to be looked at '.repeat(20));
  await expect(openCatalogue(newer, open)).rejects.toMatchObject({ code: 'project/damaged' });
  rmSync(file);
  const other = new Database(file);
  other.exec('CREATE TABLE address (name TEXT)');
  other.close();
  await expect(openCatalogue(newer, open)).rejects.toMatchObject({ code: 'project/damaged' });
});

test('a second opener is told who holds the project; a reader may join and may not write', async () => {
  const writer = await openCatalogue(folder, { create: true, door: 'window' });
  withImages(writer, 3);
  await expect(openCatalogue(folder, open)).rejects.toMatchObject({
    code: 'project/in-use',
    values: { door: 'window', pid: process.pid },
  });
  const reader = await openCatalogue(folder, { ...open, readOnly: true });
  expect(reader.info()).toMatchObject({ images: 3, readOnly: true });
  expect([...(await reader.views.select('img2'))]).toEqual([2]);
  expect(() => reader.classes.create({ name: 'a' })).toThrow(expect.objectContaining({ code: 'project/in-use' }));
  writer.close();
  (await openCatalogue(folder, open)).close();
  reader.close();
});

test('a reader can look at a project that nobody has open', async () => {
  const writer = await openCatalogue(folder, create);
  withImages(writer, 2);
  writer.close();
  const reader = await openCatalogue(folder, { ...open, readOnly: true });
  expect(reader.info().images).toBe(2);
  reader.close();
});

/** Runs a module in another process with the project's folder; it reports on stdout. */
const child = (code: string) =>
  promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, folder], {
    cwd: import.meta.dirname,
  });

test('the lock falls with its process: another process is refused while it lives and served after kill -9', async () => {
  const catalogue = new URL('./index.ts', import.meta.url).href;
  const holder = fork(join(import.meta.dirname, 'testing-writer.ts'), [folder, 'hold'], { stdio: 'pipe' });
  await once(holder, 'message');
  await expect(openCatalogue(folder, open)).rejects.toMatchObject({
    code: 'project/in-use',
    values: { door: 'browser', pid: holder.pid },
  });
  const other = await child(`
    import { openCatalogue } from ${JSON.stringify(catalogue)};
    await openCatalogue(process.argv[1], { door: 'command' }).catch((e) => console.log(e.code));`);
  expect(other.stdout.trim()).toBe('project/in-use');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  (await openCatalogue(folder, open)).close();
});

test('kill -9 in the midst of labelling loses no acknowledged label and leaves no half gesture', async () => {
  for (let round = 0; round < 2; round++) {
    const writer = fork(join(import.meta.dirname, 'testing-writer.ts'), [folder, 'label'], { stdio: 'pipe' });
    let acknowledged = 0;
    writer.on('message', (n: number) => (acknowledged = n));
    await new Promise<void>((resolve) => {
      writer.on('message', () => acknowledged >= 4 * (round + 1) && resolve());
    });
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const catalogue = await openCatalogue(folder, open);
    const kept = catalogue.counts.tally();
    expect(JSON.stringify(kept.map((t) => JSON.stringify(t)).sort())).toBe(
      JSON.stringify(
        catalogue.counts
          .recount()
          .map((t) => JSON.stringify(t))
          .sort(),
      ),
    );
    // Every gesture of the writer notes its number on all 2,500 images: all have the same note, none older than told.
    const notes = new Set<string | null>();
    for (const id of [1, 17, 1200, 2499, 2500]) notes.add(catalogue.detail(id).note);
    expect(notes.size).toBe(1);
    expect(Number([...notes][0])).toBeGreaterThanOrEqual(acknowledged);
    expect(catalogue.jobs.list()[0]?.state).toBe('interrupted');
    catalogue.close();
  }
});

test('a full disk refuses the gesture whole, and the next one works when there is room', async () => {
  const project = await aProject();
  const { catalogue } = project;
  const ids = withImages(catalogue, 50);
  await catalogue.labels.apply(ids, { note: 'before' }, { author: AUTHOR });
  const pages = Number(catalogue.pragma('page_count'));
  catalogue.pragma(`max_page_count = ${pages}`);
  await expect(catalogue.labels.apply(ids, { note: 'x'.repeat(9000) }, { author: AUTHOR })).rejects.toMatchObject({
    code: 'disk/full',
  });
  expect(catalogue.detail(ids[7] ?? 0).note).toBe('before');
  catalogue.pragma('max_page_count = 1000000');
  await catalogue.labels.apply(ids, { note: 'after' }, { author: AUTHOR });
  await catalogue.history.undo(AUTHOR);
  expect(catalogue.detail(ids[7] ?? 0).note).toBe('before');
  project.close();
});

const second: Migration = {
  version: 2,
  name: 'colours',
  up: (db) => void db.exec('ALTER TABLE source ADD COLUMN colour TEXT'),
};
const broken: Migration = {
  version: 2,
  name: 'broken',
  up(db) {
    db.exec('ALTER TABLE source ADD COLUMN colour TEXT');
    throw new Error('half way');
  },
};

test('an older project is backed up, brought forward, and keeps everything', async () => {
  let project: Project = await aProject();
  const ids = withImages(project.catalogue, 4);
  await project.catalogue.labels.apply(ids, { note: 'kept' }, { author: AUTHOR });
  project.catalogue.close();
  const newer = await openCatalogue(project.folder, { ...open, migrations: [...MIGRATIONS, second] });
  expect(newer.detail(1).note).toBe('kept');
  expect(newer.pragma('user_version')).toBe(2);
  newer.close();
  const [backup = ''] = readdirSync(join(project.folder, 'backups'));
  expect(backup).toMatch(/^catalogue-v1-.*\.db$/);
  const copy = new Database(join(project.folder, 'backups', backup), { readonly: true });
  expect(copy.pragma('user_version', { simple: true })).toBe(1);
  expect(copy.prepare('SELECT count(*) AS n FROM image').get()).toEqual({ n: 4 });
  copy.close();
  // This program knows format 1 only.
  await expect(openCatalogue(project.folder, open)).rejects.toMatchObject({ code: 'project/newer' });
  rmSync(project.folder, { recursive: true });
  project = await aProject();
  project.close();
});

test('a migration that fails leaves the project at the format before it', async () => {
  const project = await aProject();
  withImages(project.catalogue, 2);
  project.catalogue.close();
  await expect(openCatalogue(project.folder, { ...open, migrations: [...MIGRATIONS, broken] })).rejects.toThrow(
    'half way',
  );
  const catalogue = await openCatalogue(project.folder, open);
  expect(catalogue.info().images).toBe(2);
  catalogue.close();
  rmSync(project.folder, { recursive: true });
});

test('a gap in the migrations is a fault, never a jump', async () => {
  const db = new Database(':memory:');
  await expect(migrate(db, [second], { backups: root, now: 0 })).rejects.toThrow('no migration leads from format 0');
  db.close();
});
