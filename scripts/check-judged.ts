/**
 * check:judged FILE.csv [--json]: how well does the queue find labels that people judged wrong?
 *
 * FILE has the columns label (class name), mislabeled (0 or 1) and one logit_CLASS per class, out of fold. The rows
 * are ranked by Assay's own score from given label and logits alone; `mislabeled` is read afterwards, to measure.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { rankLabelErrors, selfConfidence } from '../electron/cleaning/index.ts';
import { averagePrecision, precisionAt } from '../electron/evaluation/index.ts';

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const file = positionals[0];
if (!file || !existsSync(file)) {
  console.error('check:judged: expected a CSV file with label, mislabeled and logit_CLASS columns');
  process.exit(2);
}
const table = parse(readFileSync(file), { columns: true, bom: true }) as Record<string, string>[];
const columns = Object.keys(table[0] ?? {}).filter((name) => name.startsWith('logit_'));
const names = columns.map((name) => name.slice('logit_'.length));
const rows = table.filter((row) => names.includes(row.label ?? ''));
if (rows.length === 0 || columns.length < 2) {
  console.error(`check:judged: ${file} has no rows whose label has a logit column`);
  process.exit(2);
}
const classes = names.length;
const labels = Int32Array.from(rows, (row) => names.indexOf(row.label!));
const probabilities = new Float32Array(rows.length * classes);
rows.forEach((row, i) => {
  const logits = columns.map((name) => Number(row[name]));
  const most = Math.max(...logits);
  const sum = logits.reduce((total, v) => total + Math.exp(v - most), 0);
  logits.forEach((v, k) => (probabilities[i * classes + k] = Math.exp(v - most) / sum));
});

const { quality } = rankLabelErrors({ probabilities, labels, classes, keys: rows.map((row, i) => row.file ?? i) });
const wrong = rows.map((row) => (row.mislabeled === '1' ? 1 : 0));
const falling = (values: Float64Array): Float64Array => values.map((v) => -v);
const scores = falling(quality);
const doubt = falling(selfConfidence({ probabilities, labels, classes }));
const result = {
  rows: rows.length,
  mislabeled: wrong.reduce<number>((a, b) => a + b, 0),
  averagePrecision: averagePrecision(scores, wrong),
  selfConfidence: averagePrecision(doubt, wrong),
  precisionAt50: precisionAt(scores, wrong, 50),
  precisionAt100: precisionAt(scores, wrong, 100),
};
if (values.json) console.log(JSON.stringify(result, null, 2));
else
  console.log(
    `${result.rows} rows, ${result.mislabeled} judged wrong: average precision ${result.averagePrecision.toFixed(3)} ` +
      `(self confidence ${result.selfConfidence.toFixed(3)}), precision in the first 50 / 100: ` +
      `${result.precisionAt50.toFixed(2)} / ${result.precisionAt100.toFixed(2)}`,
  );
