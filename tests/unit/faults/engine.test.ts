/** What the engine refuses of any client, before compute is asked: codes, and nothing changed. */
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AssayError, type ErrorCode, type Input, type ProcedureName } from '../../../electron/contract/index.ts';
import { createEngine, type Engine } from '../../../electron/engine/index.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

let place: Scratch;
let engine: Engine;

beforeAll(() => {
  place = scratch();
  mkdirSync(place.path('home'));
  engine = createEngine({
    door: 'command',
    places: { config: place.path('home'), cache: place.path('home', 'cache') },
    spawnCompute: () => {
      throw new Error('no test of this file needs compute');
    },
  });
});
afterAll(async () => {
  await engine.close();
  place.remove();
});

async function codeOf<K extends ProcedureName>(name: K, input: Input<K>): Promise<ErrorCode | 'no error'> {
  try {
    await engine.call(name, input);
    return 'no error';
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AssayError);
    return (thrown as AssayError).code;
  }
}

test('without a project every procedure that needs one is project/none-open', async () => {
  expect(await codeOf('runs.list', {})).toBe('project/none-open');
  expect(await codeOf('labels.apply', { selection: { query: '' }, change: { unsure: true } })).toBe(
    'project/none-open',
  );
});

test('things that a project does not have', async () => {
  await engine.call('project.create', { path: place.path('새 것.assay') });
  expect(await codeOf('view.tiles', { view: 99, from: 0, count: 1 })).toBe('view/closed');
  expect(await codeOf('jobs.get', { job: 99 })).toBe('job/unknown');
  expect(await codeOf('jobs.cancel', { job: 99 })).toBe('job/unknown');
  expect(await codeOf('jobs.resume', { job: 99 })).toBe('job/unknown');
  expect(await codeOf('runs.get', { run: 99 })).toBe('run/unknown');
  expect(await codeOf('clean.finding', { finding: 99 })).toBe('clean/finding-unknown');
  expect(await codeOf('history.undo', {})).toBe('label/nothing-to-undo');
});

test('a class of the same name is label/class-invalid, and there is still one', async () => {
  await engine.call('classes.create', { name: '영수증' });
  expect(await codeOf('classes.create', { name: '영수증' })).toBe('label/class-invalid');
  expect(await engine.call('classes.list', {})).toHaveLength(1);
});

test('a search for wrong labels without labels fails as clean/no-probabilities, and the next job runs', async () => {
  const fail = async () => {
    const { job } = await engine.call('clean.start', { kinds: ['label-error'] });
    return engine.finished(job);
  };
  for (const info of [await fail(), await fail()])
    expect(info).toMatchObject({ state: 'failed', error: { code: 'clean/no-probabilities' } });
});

test('an audit before any search is clean/nothing-to-audit, and there is none', async () => {
  expect(await codeOf('clean.auditStart', { size: 10 })).toBe('clean/nothing-to-audit');
  expect(await engine.call('clean.audit', {})).toBeNull();
});

test('input that the contract does not know is contract/invalid and names the field', async () => {
  const wrong = engine.call('labels.apply', { selection: { query: 7 }, change: {} } as never);
  await expect(wrong).rejects.toMatchObject({
    code: 'contract/invalid',
    message: expect.stringContaining('labels.apply'),
  });
});
