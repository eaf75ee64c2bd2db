/**
 * Figures that a person waits for, made by the interactive process. They are loops of a second at most that cannot be
 * cancelled on the way; on a busy computer a cancelled one would take the process with it, and with the process what
 * others wait for. So one that nobody wants any more is not begun, or ends unread.
 */
import { type ParamsOf, type ResultOf } from '../compute/protocol.ts';
import { AssayError } from '../contract/index.ts';
import { type EngineContext } from './context.ts';
import type { Tasks } from './tasks/index.ts';

type Figure = 'compare' | 'curves' | 'figures' | 'slices' | 'robust' | 'temperatures';

function check(signal: AbortSignal): void {
  if (signal.aborted) throw new AssayError('internal/cancelled');
}

/** @throws AssayError `internal/cancelled` where the signal is aborted before or after the work */
export async function figure<K extends Figure>(
  context: EngineContext,
  task: K,
  params: ParamsOf<Tasks[K]>,
  signal: AbortSignal,
): Promise<ResultOf<Tasks[K]>> {
  check(signal);
  const result = await context.interactive.run(task, params);
  check(signal);
  return result;
}
