/** filters ROWS CLASSES: confident joint, noise matrices and the five filters on drawn probabilities; time and memory. */
import { random } from '../../electron/contract/index.ts';
import { filterBasis, filterRows, FILTERS, noiseOf } from '../../electron/cleaning/index.ts';

const [rows, classes] = process.argv.slice(2).map(Number) as [number, number];
const draw = random(1, 'filters', rows, classes);
const labels = new Int32Array(rows);
const probabilities = new Float32Array(rows * classes);
for (let i = 0; i < rows; i++) {
  // One row in ten is labelled otherwise than the model thinks; a quarter of the rows are uncertain.
  const top = Math.floor(draw.next() * classes);
  labels[i] = draw.next() < 0.1 ? Math.floor(draw.next() * classes) : top;
  const sure = draw.next() < 0.25 ? 0.4 : 0.9;
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    // A cheap spread over the other classes: drawing each would take longer than all that is measured.
    const value = k === top ? sure : ((1 - sure) * (((i * 31 + k * 17) % 101) + 1)) / (51 * classes);
    probabilities[i * classes + k] = value;
    sum += value;
  }
  for (let k = 0; k < classes; k++) probabilities[i * classes + k]! /= sum;
}
const start = performance.now();
const basis = filterBasis({ probabilities, labels, classes });
const noise = noiseOf(basis.calibrated, basis.labelCounts);
const joint = performance.now();
const flagged = Object.fromEntries(FILTERS.map((filter) => [filter, filterRows(basis, filter).length]));
const end = performance.now();
console.log(
  JSON.stringify({
    ...{ rows, classes, jointSeconds: (joint - start) / 1000, seconds: (end - start) / 1000 },
    peakGigabytes: process.resourceUsage().maxRSS / 1024 ** 2,
    expectedErrors: noise.expectedErrors,
    flagged,
  }),
);
