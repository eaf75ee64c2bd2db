/** filters ROWS CLASSES: confident joint, noise matrices and the five filters on drawn probabilities; time and memory. */
import { random } from '../../electron/contract/index.ts';
import { filterBasis, filterRows, FILTERS, noiseOf } from '../../electron/cleaning/index.ts';

const [rows, classes] = process.argv.slice(2).map(Number) as [number, number];
const draw = random(1, 'filters', rows, classes);
const labels = new Int32Array(rows);
const probabilities = new Float32Array(rows * classes);
let state = 1;
for (let i = 0; i < rows; i++) {
  // One row in ten is labelled otherwise than the model thinks; a quarter of the rows are uncertain.
  const top = Math.floor(draw.next() * classes);
  labels[i] = draw.next() < 0.1 ? Math.floor(draw.next() * classes) : top;
  const sure = draw.next() < 0.25 ? 0.4 : 0.9;
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    // A cheap generator: drawing by the seeded one would take longer than all that is measured.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = k === top ? sure : ((1 - sure) * (state / 2 ** 31)) / classes;
    probabilities[i * classes + k] = value;
    sum += value;
  }
  for (let k = 0; k < classes; k++) probabilities[i * classes + k]! /= sum;
}
const cpu = process.cpuUsage();
const start = performance.now();
const basis = filterBasis({ probabilities, labels, classes });
const noise = noiseOf(basis.calibrated, basis.labelCounts);
const joint = performance.now();
// The five of confident learning; the two by rank are not among them.
const five = FILTERS.filter((filter) => !filter.startsWith('low_'));
const seconds: Record<string, number> = {};
const flagged: Record<string, number> = {};
for (const filter of five) {
  const begun = performance.now();
  flagged[filter] = filterRows(basis, filter).length;
  seconds[filter] = (performance.now() - begun) / 1000;
}
const end = performance.now();
const used = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    ...{ rows, classes, jointSeconds: (joint - start) / 1000, filterSeconds: seconds },
    seconds: (end - start) / 1000,
    // Of the processor: what a machine that others work on does not lengthen.
    processorSeconds: (used.user + used.system) / 1e6,
    peakGigabytes: process.resourceUsage().maxRSS / 1024 ** 2,
    expectedErrors: noise.expectedErrors,
    flagged,
  }),
);
