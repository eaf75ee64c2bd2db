/**
 * Classification against its two halves alone, on the same files in the same run: a bare decode loop (sharp to the
 * network's pixels) and a bare session loop (the runtime, all cores, on pixels that are there already). A pipeline
 * that overlaps both perfectly is as fast as the slower one where each leaves cores free for the other; where both
 * use every core, their times add up, and `possible` is the most that any program can reach.
 *
 * Slices of the files are worked on in turn by all three, so that a busy machine slows all of them.
 */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { createSession, createSessionPool } from '../electron/compute/index.ts';
import { batchFor, runImages } from '../electron/embeddings/index.ts';
import { scanFolder } from '../electron/imaging/scan.ts';
import { runnableModel } from '../electron/inference/index.ts';

export interface ClassifyBench {
  images: number;
  /** Images a second, wall clock. */
  decode: number;
  session: number;
  assay: number;
  /** assay / the slower of decode and session. */
  ratio: number;
  /** 1 / (1 / decode + 1 / session): both use every core. */
  possible: number;
  /** assay / possible. */
  share: number;
  /** Processor milliseconds an image. */
  cpuMs: { decode: number; session: number; assay: number };
  /** (decode + session) / assay in processor time, which other programs on the machine hardly change. */
  cpuShare: number;
}

const SLICE = 256;
const IN_FLIGHT = 16;

interface Spent {
  wall: number;
  cpu: number;
}

async function timed(into: Spent, work: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  into.wall += performance.now() - start;
  const used = process.cpuUsage(cpu);
  into.cpu += (used.user + used.system) / 1000;
}

/** @param folder images that can all be read; @param model a classifier with one input; @param most files at most */
export async function benchClassify({
  folder,
  model,
  most = 1024,
}: {
  folder: string;
  model: string;
  most?: number;
}): Promise<ClassifyBench> {
  const files: string[] = [];
  for await (const file of scanFolder(folder)) {
    files.push(file.path);
    if (files.length >= most) break;
  }
  const runnable = runnableModel(await readFile(model));
  const { inputs, fit, output, classes, batch } = runnable;
  const [{ name, size }] = inputs as [{ name: string; size: number }];
  const rows = batchFor(inputs, batch);
  const signal = new AbortController().signal;
  const pool = createSessionPool(runnable.bytes);
  const bare = await createSession(runnable.bytes);
  const pixels = new Uint8Array(rows * size * size * 3).map((_, i) => (i * 7919) % 251);

  const decodeOne = async (path: string): Promise<void> => {
    const resize = { fit: fit === 'letterbox' ? 'contain' : 'fill', background: '#ffffff', kernel: 'cubic' } as const;
    await sharp(path).autoOrient().resize(size, size, resize).raw().toBuffer();
  };
  const decode = async (paths: string[]): Promise<void> => {
    const queue = paths.values();
    await Promise.all(
      Array.from({ length: IN_FLIGHT }, async () => {
        for (const path of queue) await decodeOne(path);
      }),
    );
  };
  const session = async (paths: string[]): Promise<void> => {
    for (let at = 0; at < paths.length; at += rows)
      await bare.run({ [name]: { type: 'uint8', dims: [rows, size, size, 3], data: pixels } });
  };
  const assay = async (paths: string[]): Promise<void> => {
    const options = { pool, inputs, output, fit, batch, length: classes.length, signal };
    for await (const { results } of runImages(paths, options))
      for (const result of results) if (result instanceof Error) throw result;
  };

  // Once unmeasured: threads, code and memory are warm for all three.
  for (const loop of [decode, session, assay]) await loop(files.slice(0, 64));
  const spent = [decode, session, assay].map((loop) => ({ loop, wall: 0, cpu: 0 }));
  for (let at = 0; at < files.length; at += SLICE)
    for (const one of spent) await timed(one, () => one.loop(files.slice(at, at + SLICE)));
  await pool.close();
  await bare.release();

  const rate = (which: number): number => (1000 * files.length) / spent[which]!.wall;
  const cpuMs = (which: number): number => spent[which]!.cpu / files.length;
  const possible = 1 / (1 / rate(0) + 1 / rate(1));
  return {
    images: files.length,
    decode: rate(0),
    session: rate(1),
    assay: rate(2),
    ratio: rate(2) / Math.min(rate(0), rate(1)),
    possible,
    share: rate(2) / possible,
    cpuMs: { decode: cpuMs(0), session: cpuMs(1), assay: cpuMs(2) },
    cpuShare: (cpuMs(0) + cpuMs(1)) / cpuMs(2),
  };
}
