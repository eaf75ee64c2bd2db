import { expect, test } from 'vitest';
import { type SessionPool } from '../../compute/index.ts';
import { type BatchRequest } from './protocol.ts';
import { type BatchSource, frontSource } from './source.ts';

const signal = new AbortController().signal;

/** Pixels are the row numbers; the front doubles them. Both count what they were asked for. */
function counted(repeats: boolean, cacheBytes?: number) {
  const asked = { rows: 0, runs: 0 };
  const pixels: BatchSource = {
    async *run(requests) {
      for (const { rows } of requests) {
        asked.rows += rows.length;
        await Promise.resolve();
        const tensor = { type: 'uint8', dims: [rows.length], data: Uint8Array.from(rows) } as const;
        yield { inputs: { x: tensor }, failed: [], decodeMs: 0, augmentMs: 0 };
      }
    },
    ahead: () => undefined,
    close: () => Promise.resolve(),
  };
  const pool: SessionPool = {
    size: 2,
    run(feeds) {
      asked.runs++;
      const data = Float32Array.from(feeds.x!.data as Uint8Array, (value) => 2 * value);
      return Promise.resolve({ y: { type: 'float32', dims: [data.length, 1], data } });
    },
    close: () => Promise.resolve(),
  };
  const crossings = [{ name: 'y', dims: [1] }];
  return { asked, source: frontSource({ pixels, pool, input: 'x', crossings, repeats, cacheBytes }) };
}

const requests = (draw: number): BatchRequest[] =>
  [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
  ].map((rows) => ({ rows, mode: 'augmented', draw }));

async function values(source: BatchSource, draw: number): Promise<number[]> {
  const found: number[] = [];
  for await (const { inputs } of source.run(requests(draw), signal)) found.push(...(inputs.y!.data as Float32Array));
  return found;
}

const DOUBLED = [0, 2, 4, 6, 8, 10, 12, 14];

test('a draw that was seen is neither decoded nor run again', async () => {
  const { asked, source } = counted(true);
  expect(await values(source, 0)).toEqual(DOUBLED);
  expect(await values(source, 0)).toEqual(DOUBLED);
  expect(asked).toEqual({ rows: 8, runs: 4 });
  expect(await values(source, 1)).toEqual(DOUBLED);
  expect(asked).toEqual({ rows: 16, runs: 8 });
});

test('draws that never repeat are not kept, and a full cache keeps no more', async () => {
  const fresh = counted(false);
  await values(fresh.source, 0);
  expect(await values(fresh.source, 0)).toEqual(DOUBLED);
  expect(fresh.asked.runs).toBe(8);
  const small = counted(true, 4 * 4);
  await values(small.source, 0);
  expect(await values(small.source, 0)).toEqual(DOUBLED);
  expect(small.asked.runs).toBeGreaterThan(4);
  expect(small.asked.runs).toBeLessThan(8);
});
