/** Trainings under way: what the views ask for between two events, and how one is told to end early. */
import { type EpochPoint, type TrainingLive } from '../../contract/index.ts';

export interface Training {
  readonly run: number;
  readonly job: number;
  /** Aborted to end the training with its best epoch so far. */
  readonly finish: AbortController;
  live: TrainingLive;
  curve: { step: number; loss: number }[];
  epochs: EpochPoint[];
  /** Mistakes of the newest validation, the most certain first; `predicted` is the class's id. */
  worst: { image: number; predicted: number | null; p: number }[];
}

export class Trainings {
  readonly #running = new Map<number, Training>();

  begin(run: number, job: number, epochs: number, folds: number): Training {
    const training: Training = {
      ...{ run, job, finish: new AbortController(), curve: [], epochs: [], worst: [] },
      live: {
        ...{ run, phase: 'prepare', fold: null, folds, epoch: 0, epochs, step: 0, steps: 0, loss: null, rate: 0 },
        ...{ imagesPerSecond: null, time: { decode: 0, augment: 0, step: 0, wait: 0 } },
        ...{ memoryBytes: 0, secondsLeft: null },
      },
    };
    this.#running.set(run, training);
    return training;
  }

  get(run: number): Training | null {
    return this.#running.get(run) ?? null;
  }

  end(run: number): void {
    this.#running.delete(run);
  }
}
