/**
 * Where a survey keeps the sketches of its images, shared between threads: up to some 20,000 in memory (6.4 MB), beyond
 * that in a file without a name, which is gone when the process ends, however it ends.
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  MANY,
  recordsIn,
  roomForIndex,
  SKETCH_BYTES,
  type SketchIndex,
  type SketchRecords,
  type Sketches,
} from '../../cleaning/index.ts';

/** What a thread is given to reach the sketches. */
export interface SharedSketches {
  index: SketchIndex;
  /** Records in shared memory, or the number of the open file: threads share the process's files. */
  records: Uint8Array | number;
}

/** Records of a file; what was never written reads as zero. */
const recordsOf = (file: number): SketchRecords => ({
  read(row, into) {
    const got = readSync(file, into, 0, into.length, row * SKETCH_BYTES);
    if (got < into.length) into.fill(0, got);
  },
  write(row, record) {
    for (let at = 0; at < record.length;)
      at += writeSync(file, record, at, record.length - at, row * SKETCH_BYTES + at);
  },
});

export const sketchesOf = ({ index, records }: SharedSketches): Sketches => ({
  ...index,
  records: typeof records === 'number' ? recordsOf(records) : recordsIn(records),
});

/**
 * Room for the sketches of `count` images.
 * @param folder where the file is made if one is needed; not a folder that lies in memory
 * @param inMemory most images whose sketches are kept in memory
 */
export function openSketches(
  count: number,
  folder: string,
  inMemory = MANY,
): { shared: SharedSketches; close: () => void } {
  const index = roomForIndex(count);
  if (count <= inMemory) {
    const records = new Uint8Array(new SharedArrayBuffer(SKETCH_BYTES * count));
    return { shared: { index, records }, close: () => undefined };
  }
  const path = join(folder, `sketches-${process.pid}-${Date.now()}.tmp`);
  const file = openSync(path, 'wx+');
  unlinkSync(path);
  return { shared: { index, records: file }, close: () => closeSync(file) };
}
