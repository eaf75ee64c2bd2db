/**
 * Import against a bare sharp loop, on the same files in the same run. The bare loop makes what a user sees of an
 * import: the turned size and a thumbnail of the same side and quality. Ours makes the same, and besides the content
 * hash, brightness and blur, the sniffing of contents, and the writing of thumbnails into cache.db.
 *
 * Slices of the files are worked on in turn by one and by the other, so that a busy machine slows both.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { openThumbnailCache } from '../electron/imaging/cache.ts';
import {
  contentHash,
  IN_FLIGHT,
  ingest,
  mapOrdered,
  THUMBNAIL_QUALITY,
  THUMBNAIL_SIDE,
} from '../electron/imaging/index.ts';
import { scanFolder } from '../electron/imaging/scan.ts';
import { benchEngine } from './bench-engine.ts';
import { PLAN } from './bench-project.ts';

export interface ImportBench {
  images: number;
  /** Images a second, wall clock. */
  bare: number;
  assay: number;
  /** assay / bare: 1 is as fast. */
  ratio: number;
  /** The same of processor time, which other programs on the machine do not change. */
  cpuRatio: number;
  inFlight: number;
}

const SLICE = 120;

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

async function bareImage(path: string): Promise<Buffer> {
  const { autoOrient } = await sharp(path).metadata();
  if (!(autoOrient.width > 0)) throw new Error(`no size: ${path}`);
  return sharp(path)
    .autoOrient()
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .toBuffer();
}

/** @param folder images that can all be read; @param most at most so many of them */
export async function benchImport({ folder, most = 2000 }: { folder: string; most?: number }): Promise<ImportBench> {
  const files: string[] = [];
  for await (const file of scanFolder(folder)) {
    files.push(file.path);
    if (files.length >= most) break;
  }
  const scratch = await mkdtemp(join(tmpdir(), 'assay-bench-'));
  const cache = openThumbnailCache(join(scratch, 'cache.db'));
  const [bare, assay] = [
    { wall: 0, cpu: 0 },
    { wall: 0, cpu: 0 },
  ];
  const bareLoop = async (slice: string[]) => {
    for await (const bytes of mapOrdered(slice, bareImage)) if (bytes.length === 0) throw new Error('an empty picture');
  };
  const assayLoop = async (slice: string[]) => {
    const rows = [];
    for await (const { image, thumbnail } of mapOrdered(slice, (path) => ingest(path))) {
      if (!thumbnail || !image.hash) throw new Error(`${image.path}: ${image.reason ?? ''}`);
      rows.push({ hash: image.hash, bytes: thumbnail });
    }
    cache.put(rows);
  };
  try {
    // Code and files are warm before the clock starts.
    await bareLoop(files.slice(0, 40));
    await assayLoop(files.slice(0, 40));
    for (let from = 0, turn = 0; from < files.length; from += SLICE, turn++) {
      const slice = files.slice(from, from + SLICE);
      // Which is first alternates too: the second finds the files in the system's memory.
      if (turn % 2 === 0) await timed(bare, () => bareLoop(slice));
      await timed(assay, () => assayLoop(slice));
      if (turn % 2 === 1) await timed(bare, () => bareLoop(slice));
    }
  } finally {
    cache.close();
    await rm(scratch, { recursive: true, force: true });
  }
  const rate = ({ wall }: Spent) => (files.length / wall) * 1000;
  return {
    images: files.length,
    bare: rate(bare),
    assay: rate(assay),
    ratio: bare.wall / assay.wall,
    cpuRatio: bare.cpu / assay.cpu,
    inFlight: IN_FLIGHT,
  };
}

export interface WholeImportBench {
  images: number;
  /** Images a second of the best of the rounds, wall clock. */
  bare: number;
  assay: number;
  ratio: number;
  /** Of each round: bare / assay in seconds. */
  rounds: [number, number][];
}

/** Everything that an import keeps of a file, as briefly as it can be written: bytes, hash, size, thumbnail. */
async function bareOutputs(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  const hash = await contentHash(bytes);
  const { autoOrient } = await sharp(bytes).metadata();
  if (hash.length !== 32 || !(autoOrient.width > 0)) throw new Error(`nothing read: ${path}`);
  return sharp(bytes)
    .autoOrient()
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .toBuffer();
}

/**
 * The whole import command (scan, compute process and its start, catalogue, labels) against that loop over the same
 * files, in turn, best of the rounds. Thumbnails of the loop are dropped; ours are kept.
 */
export async function benchWholeImport({
  folder,
  rounds = 3,
}: {
  folder: string;
  rounds?: number;
}): Promise<WholeImportBench> {
  const files: string[] = [];
  for await (const file of scanFolder(folder)) files.push(file.path);
  const took: [number, number][] = [];
  const clock = async (work: () => Promise<void>): Promise<number> => {
    const start = performance.now();
    await work();
    return (performance.now() - start) / 1000;
  };
  for (let round = 0; round < rounds; round++) {
    const scratch = await mkdtemp(join(tmpdir(), 'assay-bench-'));
    const bare = () =>
      clock(async () => {
        for await (const bytes of mapOrdered(files, bareOutputs)) if (bytes.length === 0) throw new Error('no picture');
      });
    const assay = () => clock(() => importInto(join(scratch, 'p.assay'), folder, files.length));
    try {
      if (round % 2 === 0) {
        const first = await bare();
        took.push([first, await assay()]);
      } else {
        const first = await assay();
        took.push([await bare(), first]);
      }
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  const best = (which: 0 | 1) => Math.min(...took.map((pair) => pair[which]));
  const [bare, assay] = [files.length / best(0), files.length / best(1)];
  return { images: files.length, bare, assay, ratio: assay / bare, rounds: took };
}

async function importInto(project: string, folder: string, expected: number): Promise<void> {
  const engine = benchEngine(join(project, '..', 'home'));
  try {
    await engine.call('project.create', { path: project });
    const { job } = await engine.call('import.start', { ...PLAN, source: folder });
    const info = await engine.finished(job);
    if (info.state !== 'done' || info.result?.images !== expected)
      throw new Error(JSON.stringify(info.error ?? info.result));
  } finally {
    await engine.close();
  }
}
