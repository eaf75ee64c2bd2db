import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUTHOR, aProject, type Project, withImages } from './testing.ts';

let project: Project;
beforeEach(async () => void (project = await aProject()));
afterEach(() => project.close());

/** Statements that may read a whole big table, and why. */
const WHOLE: { sql: RegExp; step?: RegExp; reason: string }[] = [
  {
    sql: /GROUP BY format ORDER BY n/,
    step: /COVERING|TEMP/,
    reason: 'completion counts formats over a covering index',
  },
  { sql: /FROM finding_image GROUP BY kind/, reason: 'completion counts findings over a covering index' },
  { sql: /FROM finding GROUP BY kind|FROM finding WHERE decision IS NULL/, reason: 'counts over a covering index' },
  { sql: /FROM class ORDER BY/, step: /TEMP/, reason: 'classes are few' },
  { sql: /FROM run r /, step: /SCAN r$/, reason: 'runs are few' },
  {
    sql: /FROM action .*ORDER BY id DESC LIMIT/s,
    step: /SCAN action/,
    reason: 'from the newest, and ends at the limit',
  },
  {
    sql: /i\.hash = \?|f\.place|WHERE finding = \?/,
    step: /TEMP/,
    reason: 'sorts the few images of one content or finding',
  },
  {
    sql: /e\.id > \? GROUP BY e\.image/,
    step: /TEMP/,
    reason: 'what changed since a snapshot, bounded before it is asked',
  },
];
/** Indexes that hold few rows of their table. */
const PARTIAL = /INDEX (action_open|action_undone|image_group)\b/;
const BIG = /^SCAN (image|i|label_event|e|probability|prediction|p|finding|finding_image|batch_row|r|action|job_log)\b/;

test('no statement of daily work reads or sorts a whole table', async () => {
  const { catalogue } = project;
  const ids = withImages(catalogue, 20);
  const a = catalogue.classes.create({ name: 'a' });
  const b = catalogue.classes.create({ name: 'b' });
  const author = { author: AUTHOR };
  await catalogue.labels.apply(ids, { class: a.id, split: 'test', unsure: true, note: 'n' }, author);
  await catalogue.labels.group(ids.slice(0, 2), catalogue.labels.freeGroup(), author);
  await catalogue.classes.merge(a.id, b.id, AUTHOR);
  for (let i = 0; i < 3; i++) await catalogue.history.undo(AUTHOR);
  await catalogue.history.redo(AUTHOR);
  catalogue.history.list(10);
  const action = catalogue.labels.beginImport({ key: 'k', summary: 's', author: AUTHOR });
  catalogue.labels.importRows(action, [{ image: 1, class: b.id, split: 'train' }]);
  catalogue.labels.finishImport(action);
  const run = catalogue.runs.create({ name: 'r', preset: 'head', backbones: [], size: 1, classes: [a, b], recipe: {} });
  await catalogue.predictions.add(run, 'test', ids, new Float32Array(40).fill(0.5));
  catalogue.runs.update(run, { state: 'done' });
  await catalogue.predictions.stored(run, 'test');
  await catalogue.labels.accept(ids, run, 0.1, author);
  catalogue.predictions.parts(run);
  catalogue.predictions.ofRun(run, ids);
  catalogue.runs.list();
  await catalogue.snapshots.labels(1);
  catalogue.snapshots.changedImages(1);
  await catalogue.findings.replace(
    'leak',
    [{ images: ids.slice(0, 2), given: null, suggested: null, score: 1, likely: true, reasons: [] }],
    0,
  );
  for (const decided of ['no', 'yes', 'all'] as const) catalogue.findings.list('leak', decided, 0, 10);
  catalogue.findings.decide(1, 'keep', author);
  catalogue.findings.kinds();
  catalogue.detail(1);
  catalogue.info();
  const source = catalogue.sources.list()[0]?.id ?? 0;
  catalogue.images.known(source, [{ path: 'x', bytes: 1, mtime: 1 }]);
  catalogue.images.find(source, 'img1.jpg');
  catalogue.images.records(ids);
  catalogue.images.byHash('0'.repeat(32));
  await catalogue.images.reconcile(source, []);
  const batch = catalogue.batches.create({
    folder: '/',
    out: '',
    run,
    runName: 'r',
    views: 'none',
    undecidedBelow: 0.5,
  });
  catalogue.batches.addRows(batch, [
    { row: 0, path: 'a', class: null, p: null, next: null, nextP: null, undecided: true, error: 'e' },
  ]);
  for (const show of ['all', 'undecided', 'failed'] as const) catalogue.batches.rows(batch, show, 0, 10);
  catalogue.batches.list();
  catalogue.batches.stored(batch, 0, 10);
  const job = catalogue.jobs.create({ kind: 'train', title: '', params: {} });
  catalogue.jobs.appendLog(job, 'line');
  catalogue.jobs.log(job);
  catalogue.jobs.list();
  for (const text of ['is:', 'source:', 'format:', 'class:', 'label-by:', 'finding:', 'wrong:'])
    catalogue.complete(text, text.length);
  await catalogue.views.open('-class:a wrong:1 p>0.1 img sort:score', { group: 'class' });
  await catalogue.runs.remove(run);

  const asked = catalogue.statements().filter((sql) => /^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(sql));
  expect(asked.length).toBeGreaterThan(90);
  const faults: string[] = [];
  for (const sql of asked) {
    const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
    for (const step of catalogue.explain(sql, ...parameters)) {
      const allowed = WHOLE.some((w) => w.sql.test(sql) && (w.step?.test(step) ?? step.includes('COVERING INDEX')));
      const sorts = /ORDER BY/.test(sql) && /TEMP B-TREE FOR (LAST TERM OF )?ORDER BY/.test(step);
      if (!allowed && (sorts || (BIG.test(step) && !PARTIAL.test(step)))) faults.push(`${step}: ${sql}`);
    }
  }
  expect(faults).toEqual([]);
});
