/**
 * What the second look said, kept beside the catalogue until the table is written: a file of records (row as int32,
 * then K float32), appended and flushed. A record that a kill cut off is dropped, and its image is looked at again.
 */
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Journal {
  /** Answers by row, [K] each. */
  readonly answers: ReadonlyMap<number, Float32Array>;
  add(records: readonly { row: number; answer: Float32Array }[]): Promise<void>;
  close(): Promise<void>;
}

export async function openJournal(path: string, classes: number): Promise<Journal> {
  const bytes = 4 + 4 * classes;
  const answers = new Map<number, Float32Array>();
  await mkdir(dirname(path), { recursive: true });
  const before = await readFile(path).catch(() => Buffer.alloc(0));
  const whole = Math.floor(before.length / bytes);
  for (let i = 0; i < whole; i++) {
    const answer = new Float32Array(new Uint8Array(before.subarray(i * bytes + 4, (i + 1) * bytes)).buffer);
    answers.set(before.readInt32LE(i * bytes), answer);
  }
  const file = await open(path, before.length === 0 ? 'w' : 'r+');
  await file.truncate(whole * bytes);
  let at = whole * bytes;
  return {
    answers,
    async add(records) {
      if (records.length === 0) return;
      const buffer = Buffer.alloc(records.length * bytes);
      records.forEach(({ row, answer }, i) => {
        buffer.writeInt32LE(row, i * bytes);
        buffer.set(new Uint8Array(answer.buffer, answer.byteOffset, answer.byteLength), i * bytes + 4);
      });
      await file.write(buffer, 0, buffer.length, at);
      await file.datasync();
      at += buffer.length;
      for (const { row, answer } of records) answers.set(row, answer);
    },
    close: () => file.close(),
  };
}

export const removeJournal = (path: string): Promise<void> => rm(path, { force: true });
