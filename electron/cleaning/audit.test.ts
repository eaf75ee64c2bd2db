import { expect, test } from 'vitest';
import { random } from '../contract/index.ts';
import { errorsLeft, planAudit, precisionSoFar, stopAdvice, wilson } from './index.ts';

/** One simulated review: a tail with errors by stratum, audited by the plan itself. */
function simulate(rows: number, rates: [share: number, rate: number][], size: number, run: number) {
  const r = random('review', run);
  const wrong = new Uint8Array(rows);
  let from = 0;
  for (const [share, rate] of rates) {
    const to = Math.min(rows, from + Math.round(share * rows));
    for (let i = from; i < to; i++) wrong[i] = r.next() < rate ? 1 : 0;
    from = to;
  }
  const plan = planAudit(
    Int32Array.from({ length: rows }, (_, i) => i),
    size,
    run,
  );
  const strata = plan.strata.map((s) => ({ rows: s.length, audited: 0, errors: 0 }));
  for (const { row, stratum } of plan.sample) {
    strata[stratum]!.audited++;
    strata[stratum]!.errors += wrong[row]!;
  }
  return { truth: wrong.reduce((a, b) => a + b, 0), strata, plan };
}

const designs: Record<string, [rows: number, rates: [number, number][], size: number]> = {
  'flat, 100 of 1,500': [1500, [[1, 0.02]], 100],
  'flat, 300 of 1,500': [1500, [[1, 0.02]], 300],
  'errors at the front': [
    5000,
    [
      [0.1, 0.12],
      [0.3, 0.02],
      [0.6, 0.002],
    ],
    300,
  ],
  'few errors': [
    2000,
    [
      [0.1, 0.03],
      [0.3, 0.005],
      [0.6, 0],
    ],
    150,
  ],
  'small set': [
    400,
    [
      [0.1, 0.2],
      [0.3, 0.05],
      [0.6, 0.01],
    ],
    90,
  ],
};

test('the 90 % interval of errors left covers the truth in at least 85 % of 200 simulated reviews', () => {
  for (const [name, [rows, rates, size]] of Object.entries(designs)) {
    let covered = 0;
    for (let run = 0; run < 200; run++) {
      const { truth, strata } = simulate(rows, rates, size, run);
      const { low, high } = errorsLeft(strata);
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered, name).toBeGreaterThanOrEqual(170);
  }
});

test('auditing as many more as advised about halves the interval', () => {
  expect(errorsLeft([{ rows: 1500, audited: 100, errors: 2 }]).moreToHalve).toBe(234);
  const widths = [0, 1].map((step) => {
    let sum = 0;
    for (let run = 0; run < 60; run++) {
      const first = errorsLeft(simulate(1500, [[1, 0.05]], 100, run).strata);
      const size = step === 0 ? 100 : 100 + first.moreToHalve;
      const left = errorsLeft(simulate(1500, [[1, 0.05]], size, run).strata);
      sum += left.high - left.low;
    }
    return sum;
  });
  expect(widths[1]! / widths[0]!).toBeGreaterThan(0.4);
  expect(widths[1]! / widths[0]!).toBeLessThan(0.6);
});

test('an audit that finds nothing says "at most"; one of everything is exact', () => {
  const none = errorsLeft([{ rows: 1000, audited: 100, errors: 0 }]);
  expect(none.atMost).toBe(true);
  expect(none.low).toBe(0);
  expect(none.high).toBeGreaterThan(10);
  expect(errorsLeft([{ rows: 50, audited: 50, errors: 3 }])).toMatchObject({
    low: 3,
    high: 3,
    estimate: 3,
    moreToHalve: 0,
  });
  expect(errorsLeft([{ rows: 50, audited: 0, errors: 0 }])).toMatchObject({ low: 0, high: 50 });
});

test('the audit is fixed by its seed, never repeats a row, and is spread over the strata', () => {
  const tail = Int32Array.from({ length: 1000 }, (_, i) => i * 2);
  const plan = planAudit(tail, 120, 7);
  expect(planAudit(tail, 120, 7)).toEqual(plan);
  expect(planAudit(tail, 120, 8).sample).not.toEqual(plan.sample);
  expect(new Set(plan.sample.map((s) => s.row)).size).toBe(120);
  expect([0, 1, 2].map((h) => plan.sample.filter((s) => s.stratum === h).length)).toEqual([40, 40, 40]);
  for (const { row, stratum } of plan.sample) expect(plan.strata[stratum]).toContain(row);
  expect(planAudit(tail.slice(0, 20), 500, 1).sample).toHaveLength(20);
});

test('precision so far follows the decisions and its interval narrows', () => {
  const points = precisionSoFar([1, 1, 0, 1, ...new Array<number>(46).fill(0)]);
  expect(points[3]).toMatchObject({ n: 4, value: 0.75 });
  expect(points[49]!.value).toBeCloseTo(0.06, 12);
  expect(points[49]!.high - points[49]!.low).toBeLessThan(points[3]!.high - points[3]!.low);
  expect(wilson(0.5, 100).low).toBeCloseTo(0.4188, 3);
});

test('advice: keep going while the ranking pays, stop when it finds no more than chance or the target is met', () => {
  const poor = errorsLeft([{ rows: 1000, audited: 100, errors: 8 }]);
  const dry = new Array<number>(60).fill(0);
  expect(stopAdvice([1, 1, 0, 1], null, 1000)).toMatchObject({ stop: false, reason: 'keep-going' });
  expect(stopAdvice(dry, null, 1000)).toMatchObject({ stop: false, reason: 'audit-first' });
  expect(stopAdvice(dry, poor, 1000)).toMatchObject({ stop: true, reason: 'ranking-spent' });
  expect(stopAdvice(new Array<number>(60).fill(1), poor, 1000)).toMatchObject({ stop: false, reason: 'keep-going' });
  const clean = errorsLeft([{ rows: 1000, audited: 400, errors: 0 }]);
  expect(stopAdvice(dry, clean, 1000)).toMatchObject({ stop: true, reason: 'target-met' });
});
