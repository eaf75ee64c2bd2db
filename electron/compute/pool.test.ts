import { expect, test } from 'vitest';
import { encodeModel, floats, graphBuilder } from '../onnx/index.ts';
import { createSession } from './session.ts';
import { createSessionPool } from './pool.ts';

/** y = 2 x, [N, 3] */
function aModel(): Uint8Array {
  const b = graphBuilder();
  b.output(b.mul(b.input('x', ['N', 3]), 2), 'y');
  return encodeModel(b.model());
}
const row = (value: number) => ({ x: floats(new Float32Array(3).fill(value), [1, 3]) });

test('every run gets its own answer, however many wait', async () => {
  const pool = createSessionPool(aModel(), { workers: 2 });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pool.run(row(i))));
  expect(answers.map(({ y }) => y!.data[0])).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
  await pool.close();
});

test('a run that fails is an error with its code, and the next run works', async () => {
  const pool = createSessionPool(aModel(), { workers: 1, subject: 'double.onnx' });
  await expect(pool.run({ wrong: floats([1, 2, 3], [1, 3]) })).rejects.toMatchObject({
    code: 'model/run-failed',
    subject: 'double.onnx',
  });
  expect((await pool.run(row(4))).y!.data[0]).toBe(8);
  await pool.close();
});

test('bytes that are no model fail the first run with model/not-onnx', async () => {
  const pool = createSessionPool(new Uint8Array([1, 2, 3]), { workers: 1 });
  await expect(pool.run(row(1))).rejects.toMatchObject({ code: 'model/not-onnx' });
  await pool.close();
});

test('closing waits for the runs under way; later runs are refused', async () => {
  const pool = createSessionPool(aModel(), { workers: 1 });
  const open = pool.run(row(3));
  const closed = pool.close();
  expect((await open).y!.data[0]).toBe(6);
  await closed;
  await expect(pool.run(row(1))).rejects.toThrow('closed');
});

test('a session writes into the buffer that it is given', async () => {
  const session = await createSession(aModel());
  const own = floats(new Float32Array(3), [1, 3]);
  const { y } = await session.run(row(5), { y: own });
  expect(y).toBe(own);
  expect([...(own.data as Float32Array)]).toEqual([10, 10, 10]);
  await session.release();
});

test('the names and shapes of a session are those of the graph', async () => {
  const session = await createSession(aModel());
  expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['N', 3] }]);
  await session.release();
});
