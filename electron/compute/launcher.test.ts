import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { forkCompute } from './fork.ts';
import { type Compute, createCompute } from './launcher.ts';
import { WINDOW } from './protocol.ts';
import { type TestTasks } from './testing/process.ts';

const script = fileURLToPath(new URL('testing/process.ts', import.meta.url));
const opened: Compute<TestTasks>[] = [];
afterEach(() => opened.splice(0).forEach((compute) => compute.close()));

function aCompute(graceMs?: number): Compute<TestTasks> {
  const compute = createCompute<TestTasks>(() => forkCompute(script), { graceMs });
  opened.push(compute);
  return compute;
}

test('typed arrays cross both ways, and the process starts with the first run', async () => {
  const compute = aCompute();
  expect(compute.pid).toBeUndefined();
  expect(await compute.run('double', new Float32Array([1, 2.5]))).toEqual(new Float32Array([2, 5]));
  expect(compute.pid).toBeGreaterThan(0);
});

test('a slow taker holds the task back: never more than the window is under way', async () => {
  let taken = 0;
  let produced = 0;
  const lead: number[] = [];
  const seen: number[] = [];
  await aCompute().run('count', 40, {
    onProgress: (done) => void (produced = done),
    onBatch: async (batch) => {
      await new Promise((resolve) => setTimeout(resolve, 3));
      lead.push(produced - taken);
      seen.push(batch);
      taken++;
    },
  });
  expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(Math.max(...lead)).toBeLessThanOrEqual(WINDOW);
});

test('errors keep code, values and remedy across the process boundary', async () => {
  await expect(aCompute().run('refuse', undefined as never)).rejects.toMatchObject({
    code: 'model/unknown',
    subject: 'x',
    values: { known: 'photo, page' },
  });
});

test('a cancelled run ends with internal/cancelled and the process lives on', async () => {
  const compute = aCompute();
  const controller = new AbortController();
  const run = compute.run('forever', null, { signal: controller.signal });
  const { pid } = compute;
  setTimeout(() => controller.abort(), 50);
  await expect(run).rejects.toMatchObject({ code: 'internal/cancelled' });
  await compute.run('double', new Float32Array(1));
  expect(compute.pid).toBe(pid);
});

test('a run that does not hear the cancel takes its process with it, and the next run has a new one', async () => {
  const compute = aCompute(100);
  await compute.run('double', new Float32Array(1));
  const { pid } = compute;
  const controller = new AbortController();
  const run = compute.run('hang', undefined as never, { signal: controller.signal });
  controller.abort();
  await expect(run).rejects.toMatchObject({ code: 'internal/cancelled' });
  expect(await compute.run('double', new Float32Array([3]))).toEqual(new Float32Array([6]));
  expect(compute.pid).not.toBe(pid);
});

test('a native crash names the task and the last lines, fails every run under way, and the next run works', async () => {
  const compute = aCompute();
  const other = compute.run('forever', null);
  const crashed = compute.run('crash', null);
  await expect(crashed).rejects.toMatchObject({ code: 'compute/crashed', values: { reason: 'crash: signal SIGABRT' } });
  await expect(other).rejects.toMatchObject({ code: 'compute/crashed', values: { reason: 'forever: signal SIGABRT' } });
  await crashed.catch((error: Error) => expect(String(error.cause)).toContain('about to read image 7'));
  expect(await compute.run('double', new Float32Array([1]))).toEqual(new Float32Array([2]));
});

test('a taker that fails ends the run with its own error', async () => {
  const compute = aCompute();
  const full = new Error('no room');
  await expect(compute.run('count', 1000, { onBatch: () => Promise.reject(full) })).rejects.toBe(full);
  expect(await compute.run('double', new Float32Array([1]))).toEqual(new Float32Array([2]));
});
