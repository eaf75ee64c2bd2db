/** The catalogue of a project: opens it safely and composes its parts. */
import Database from 'better-sqlite3';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssayError, type ProjectInfo } from '../contract/index.ts';
import { type Actions, createActions } from './actions.ts';
import { type Backbones, createBackbones } from './backbones.ts';
import { type Batches, createBatches } from './batches.ts';
import { type Completions, createComplete } from './complete.ts';
import { invertDecisions } from './decisions.ts';
import { createFindings, dropHalfSearches, type Findings } from './findings.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { type Assign, createAssign } from './assign.ts';
import { type Classes, createClasses } from './classes.ts';
import { type Counts, createCounts } from './counts.ts';
import { createHistory, type History } from './history.ts';
import { createImages, type Images } from './images.ts';
import { createLabels, type Labels, takeBack } from './labels.ts';
import { type Door, inUse, type Lock, takeLock } from './lock.ts';
import { createMerge, invertMerge, type Merge } from './merge.ts';
import { formatOf, migrate, refuseNewer } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { type Migration } from './migrations/migration.ts';
import { createPredictions, type Predictions } from './predictions.ts';
import { createRuns, type Runs } from './runs.ts';
import { createSettings, type Settings } from './settings.ts';
import { drive, Turns } from './slices.ts';
import { createSnapshots, type Snapshots } from './snapshots.ts';
import { createSources, type Sources } from './sources.ts';
import { createStore, sqliteError, type Store } from './store.ts';
import { createTiles, type Tiles } from './tiles.ts';
import { createViews, type Views } from './views.ts';

export interface OpenOptions {
  /** Makes the project where the folder is new or empty; one that is there is opened. */
  create?: boolean;
  /** Reads beside a writer: takes no lock, and every write throws `project/in-use`. */
  readOnly?: boolean;
  /** Told to a second process that wants the project. */
  door: Door;
  /** Milliseconds since 1970. */
  clock?: () => number;
  /** For tests of the migrations. */
  migrations?: readonly Migration[];
  /** For tests without image files. */
  exists?: (path: string) => boolean;
}

export interface Catalogue {
  /** The project's folder. */
  readonly folder: string;
  readonly readOnly: boolean;
  /** Grows with every committed change. */
  revision(): number;
  info(): ProjectInfo;
  sources: Sources;
  images: Images;
  tiles: Tiles['tiles'];
  detail: Tiles['detail'];
  classes: Classes & { merge: Merge };
  labels: Labels;
  history: History;
  snapshots: Snapshots;
  counts: Counts;
  views: Views;
  runs: Runs;
  predictions: Predictions;
  jobs: Jobs;
  findings: Findings;
  batches: Batches;
  backbones: Backbones;
  settings: Settings;
  /** Completion of a query while it is typed; `cursor` counts UTF-16 units. */
  complete(text: string, cursor: number): Completions;
  /** The error that a writer's procedure gets on a project opened as reader. */
  inUse(): AssayError;
  /** Runs several writes as one transaction: all or none. No promise may be awaited inside. */
  together<T>(work: () => T): T;
  /** A pragma's value: for the log and the tests. */
  pragma(name: string): unknown;
  /** SQLite's plan of a statement, one line a step: for the tests. */
  explain(sql: string, ...params: number[]): string[];
  /** Every statement that was prepared so far: for the tests. */
  statements(): string[];
  /** Copies the whole catalogue to a file while it is in use. */
  backup(file: string): Promise<void>;
  close(): void;
}

/** Marks a database as Assay's: "ASSY". */
const APPLICATION = 0x41535359;

export const isProject = (folder: string): boolean => existsSync(join(folder, 'catalogue.db'));

function checkFolder(folder: string, create: boolean): void {
  const there = isProject(folder);
  if (!there && !create) throw new AssayError('project/not-found', { subject: folder });
  if (there || !existsSync(folder)) return;
  if (!statSync(folder).isDirectory() || readdirSync(folder).some((f) => !f.startsWith('lock.')))
    throw new AssayError('project/exists', { subject: folder });
}

const damaged = (folder: string, reason: string): AssayError =>
  new AssayError('project/damaged', { subject: folder, values: { reason } });

/** Reads the file's head: refuses what is not a catalogue, and a newer one, before anything is written. */
function inspect(db: Database.Database, folder: string, fresh: boolean, migrations: readonly Migration[]): void {
  const tables = (db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number }).n;
  if (tables === 0 && !fresh) throw damaged(folder, 'the file is empty');
  const application = db.pragma('application_id', { simple: true });
  if (tables > 0 && application !== APPLICATION) throw damaged(folder, 'the file is not a catalogue');
  refuseNewer(db, folder, migrations);
}

/** A catalogue that was just begun: no table yet, and no copy from which it could be restored. */
const isFresh = (folder: string): boolean => !existsSync(join(folder, 'backups')) && !existsSync(join(folder, 'runs'));

function setUp(db: Database.Database, readOnly: boolean): void {
  if (!readOnly) db.pragma('journal_mode = WAL');
  // A connection to a WAL file starts with NORMAL; an acknowledged label has to be on the disk.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -32000');
}

/**
 * Opens a project's catalogue and brings it to this program's format.
 * Throws `project/not-found`, `project/exists` (with `create`: the folder holds something else), `project/in-use`,
 * `project/newer`, `project/damaged`.
 */
export async function openCatalogue(folder: string, options: OpenOptions): Promise<Catalogue> {
  const { create = false, readOnly = false, door, clock = Date.now, migrations = MIGRATIONS } = options;
  checkFolder(folder, create);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const fresh = create && isFresh(folder);
  const lock = readOnly ? null : takeLock(folder, door, clock());
  let db: Database.Database | null = null;
  try {
    const file = join(folder, 'catalogue.db');
    db = new Database(file, { readonly: readOnly, fileMustExist: readOnly, timeout: 2000 });
    inspect(db, folder, fresh, migrations);
    setUp(db, readOnly);
    if (readOnly) {
      // Only a writer may bring an older catalogue up to date.
      if (formatOf(db) < (migrations.at(-1)?.version ?? 0)) throw inUse(folder);
    } else {
      if (formatOf(db) === 0) db.pragma(`application_id = ${APPLICATION}`);
      await migrate(db, migrations, { backups: join(folder, 'backups'), now: clock() });
    }
    const store = createStore(db, { folder, readOnly, clock });
    return await compose(store, lock, options.exists);
  } catch (error) {
    db?.close();
    lock?.release();
    throw sqliteError(error, folder);
  }
}

/**
 * What a dead process left behind. Gestures that were cut off are taken back: they were never acknowledged. Imports
 * stay open under their key. Jobs, runs and batches that were going are so no more: the lock is ours.
 */
async function recover(store: Store, actions: Actions, assign: Assign, jobs: Jobs): Promise<void> {
  const open = store.all<{ id: number; kind: string }>('SELECT id, kind FROM action WHERE open = 1 ORDER BY id DESC');
  for (const { id, kind } of open)
    if (kind === 'import') store.write(() => actions.settle(id));
    else await drive(takeBack({ store, assign }, id));
  jobs.interrupt();
  dropHalfSearches(store);
  if (store.get(`SELECT 1 FROM run WHERE state = 'running'`))
    store.write(() => store.run(`UPDATE run SET state = 'stopped' WHERE state = 'running'`));
  if (store.get(`SELECT 1 FROM batch WHERE state IN ('queued', 'running')`))
    store.write(() => store.run(`UPDATE batch SET state = 'interrupted' WHERE state IN ('queued', 'running')`));
}

async function compose(store: Store, lock: Lock | null, exists?: (path: string) => boolean): Promise<Catalogue> {
  const { db, folder, readOnly } = store;
  const turns = new Turns();
  const running = new Set<number>();
  const actions: Actions = createActions(store);
  const assign = createAssign(store);
  const jobs = createJobs(store);
  if (!readOnly) await recover(store, actions, assign, jobs);
  const counts = createCounts(store);
  const classes = createClasses(store, counts);
  const snapshots = createSnapshots(store);
  const sources = createSources(store);
  const images = createImages(store, { exists });
  const predictions = createPredictions(store, classes);
  const runs = createRuns(store, actions, snapshots);
  const tiles = createTiles(store, classes, predictions);
  const [inverters, decisions] = [[invertMerge(store)], invertDecisions(store)];
  const history = createHistory({ store, actions, assign, turns, inverters, decisions, running });
  const labels = createLabels({ store, actions, assign, classes, turns, running });
  const merge = createMerge({ store, actions, assign, classes, turns });
  const views = createViews({
    store,
    tiles,
    last: images.last,
    world: () => ({
      classes: classes.all(),
      runs: store.all<{ id: number; name: string }>('SELECT id, name FROM run ORDER BY id DESC'),
      sources: sources.list(),
      newestRun: predictions.newest(),
      now: store.now(),
      similar: new Map(),
    }),
  });
  return {
    folder,
    readOnly,
    revision: store.revision,
    info: () => ({
      path: folder,
      name: basename(folder).replace(/\.assay$/i, ''),
      readOnly,
      revision: store.revision(),
      ...counts.totals(),
      runs: runs.count(),
      openFindings: store.get<{ n: number }>('SELECT count(*) AS n FROM finding WHERE decision IS NULL')?.n ?? 0,
      ...history.next(),
    }),
    sources,
    images,
    tiles: tiles.tiles,
    detail: tiles.detail,
    classes: { ...classes, merge },
    labels,
    history,
    snapshots,
    counts,
    views,
    runs,
    predictions,
    jobs,
    findings: createFindings({ store, actions, assign, classes, tiles, turns }),
    batches: createBatches(store, classes),
    backbones: createBackbones(store),
    settings: createSettings(store),
    complete: createComplete({ store, counts, classes, sources }),
    inUse: () => inUse(folder),
    together: (work) => store.write(work),
    pragma: (name) => db.pragma(name, { simple: true }),
    explain: (sql, ...params) =>
      db
        .prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...params)
        .map((step) => step.detail),
    statements: store.statements,
    backup: async (file) => void (await db.backup(file)),
    close() {
      if (!db.open) return;
      db.close();
      lock?.release();
    },
  };
}
