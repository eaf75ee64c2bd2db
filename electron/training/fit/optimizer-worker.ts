/** A thread of the optimizer (optimizer-team.ts): waits in shared memory for a step, does its share, says so. */
import { workerData } from 'node:worker_threads';
import { walkerOver } from './optimizer-loops.ts';
import { type TeamSetup, work } from './optimizer-team.ts';

const setup = workerData as TeamSetup;
const { control } = setup;
const walker = walkerOver(setup.memory);

for (let seen = 0; ;) {
  Atomics.wait(control, 0, seen);
  const step = Atomics.load(control, 0);
  if (step < 0) break;
  if (step === seen) continue;
  seen = step;
  work(setup, walker);
  Atomics.add(control, 1, 1);
  Atomics.notify(control, 1);
}
