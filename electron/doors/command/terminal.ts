/** Writing to a terminal: results to stdout, progress to stderr. */
import { type JobInfo } from '../../contract/index.ts';

export type Progress = Pick<JobInfo, 'phase' | 'done' | 'total' | 'rate' | 'secondsLeft'>;

export interface Terminal {
  result(text: string): void;
  note(text: string): void;
  progress(job: Progress): void;
  endProgress(): void;
}

export function timeLeft(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min left`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min left`;
}

export function progressLine(job: Progress): string {
  const amount = job.total > 0 ? `${job.done} of ${job.total}` : job.done > 0 ? String(job.done) : '';
  const rate = job.rate === null ? '' : `${job.rate.toFixed(job.rate < 10 ? 1 : 0)}/s`;
  const left = job.secondsLeft === null ? '' : timeLeft(job.secondsLeft);
  return [job.phase, amount, rate, left].filter(Boolean).join(' · ');
}

/** On a terminal one line is rewritten; into a file a line is written when the phase changes and every ten seconds. */
export function openTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream, clock: () => number): Terminal {
  let lastPhase = '';
  let lastAt = 0;
  let dirty = false;
  return {
    result: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    progress(job) {
      if (job.phase === '') return;
      const line = progressLine(job);
      if (stderr.isTTY) {
        stderr.write(`\r\x1b[2K${line}`);
        dirty = true;
      } else if (job.phase !== lastPhase || clock() - lastAt > 10_000) {
        stderr.write(`${line}\n`);
        lastAt = clock();
      }
      lastPhase = job.phase;
    },
    endProgress() {
      if (dirty) stderr.write('\r\x1b[2K');
      dirty = false;
    },
  };
}
