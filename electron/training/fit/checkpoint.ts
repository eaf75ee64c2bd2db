/** Where a training stands, in one file that is always whole: what a killed training goes on from. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type EpochPoint } from '../../contract/index.ts';
import { decodeTensorFile, encodeTensorFile } from '../../onnx/index.ts';
import { type State } from './stepper.ts';
import { type StoppingState } from './stopping.ts';

/** An epoch as the training knows it: folds are the engine's. */
export type FitPoint = Omit<EpochPoint, 'fold'>;

/** Everything beside the tensors. Draws are functions of seed, epoch and step: no state of a generator is needed. */
export interface Progress {
  /** Epochs that have ended. */
  epoch: number;
  /** Batches done in the epoch under way. */
  batch: number;
  /** Optimizer steps so far. */
  steps: number;
  /** Sums over the epoch under way. */
  loss: number;
  images: number;
  /** [classes, classes] given by predicted, of the epoch under way. */
  confusion: number[];
  stopping: StoppingState;
  stopped: boolean;
  points: FitPoint[];
  /** Training loss by batch, thinned. */
  curve: { step: number; loss: number }[];
  seconds: number;
}

/** Replaces the file; a crash in between leaves the old one. */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes, { flush: true });
  await rename(temporary, path);
}

/** @param key identity of recipe and data: another training's checkpoint is never taken up */
export async function saveCheckpoint(path: string, key: string, state: State, progress: Progress): Promise<void> {
  await writeAtomically(path, encodeTensorFile(state, { key, progress }));
}

/** Null where there is none, or none of this training. */
export async function loadCheckpoint(path: string, key: string): Promise<{ state: State; progress: Progress } | null> {
  const bytes = await readFile(path).catch(() => null);
  const file = bytes && decodeTensorFile(bytes);
  if (!file || file.note.key !== key) return null;
  return { state: file.tensors, progress: file.note.progress as Progress };
}
