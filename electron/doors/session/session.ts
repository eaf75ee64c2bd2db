/**
 * One client of the engine, whichever door it came through: reads its messages, answers each call once, passes events
 * on. A door only moves messages.
 */
import {
  AssayError,
  type DoorMessage,
  type ProcedureName,
  clientMessage,
  contract,
  toAssayError,
} from '../../contract/index.ts';
import { type Engine } from '../../engine/index.ts';

export interface Session {
  /** A message as the door received it; what is no client message is dropped. */
  receive(message: unknown): void;
  /** Cancels what is under way and ends the subscription. */
  close(): void;
}

export function openSession(engine: Engine, send: (message: DoorMessage) => void): Session {
  const running = new Map<number, AbortController>();
  const unsubscribe = engine.subscribe((event) => send({ event }));

  async function answer(id: number, call: string, input: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!Object.hasOwn(contract, call))
        throw new AssayError('contract/invalid', { values: { reason: `there is no procedure "${call}"` } });
      const result = await engine.call(call as ProcedureName, input, { signal: controller.signal });
      send({ id, ok: true, result });
    } catch (thrown) {
      send({ id, ok: false, error: toAssayError(thrown).toWire() });
    } finally {
      running.delete(id);
    }
  }

  return {
    receive(message) {
      const parsed = clientMessage.safeParse(message);
      if (!parsed.success) return;
      if ('cancel' in parsed.data) running.get(parsed.data.cancel)?.abort();
      else void answer(parsed.data.id, parsed.data.call, parsed.data.input);
    },
    close() {
      unsubscribe();
      for (const controller of running.values()) controller.abort();
    },
  };
}
