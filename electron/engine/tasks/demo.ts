/** Compute task: draws the demo set. */
import { type TaskContext } from '../../compute/protocol.ts';
import { drawDemo } from '../../demo/index.ts';

export interface DemoParams {
  folder: string;
  train: number;
  test: number;
  /** Share of wrong training labels, 0-0.5. */
  noise: number;
  seed: number;
}

export interface DemoResult {
  train: number;
  test: number;
  classes: number;
  noisy: number;
}

export function demoTask(params: DemoParams, context: TaskContext): Promise<DemoResult> {
  return drawDemo({
    ...params,
    signal: context.signal,
    onProgress: (done, total) => context.progress(done, total, 'draw'),
  });
}
