/**
 * Worker threads that answer questions, one at a time each. What a question means is their script's affair; a question
 * waits until a thread is free.
 */
import { availableParallelism } from 'node:os';
import { parentPort, Worker } from 'node:worker_threads';
import { AssayError, toAssayError, type WireError } from '../contract/errors.ts';

type ToThread<Ask> = { ask: Ask } | { close: true };
type FromThread<Answer> = { answer: Answer } | { error: WireError };

export interface Threads<Ask, Answer> {
  /** Threads that work side by side, at most. */
  readonly size: number;
  /** @throws what the script threw, as an AssayError; `internal/cancelled` when the threads were closed before its turn */
  ask(question: Ask): Promise<Answer>;
  /** Waits for the answers under way and ends the threads; questions that wait are refused. */
  close(): Promise<void>;
}

interface Waiting<Ask, Answer> {
  question: Ask;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

interface Seat<Ask, Answer> {
  worker: Worker;
  busy: Waiting<Ask, Answer> | undefined;
  ended: Promise<void>;
}

/** A thread per core; more than eight only wait for the disk. */
export const THREADS = Math.min(8, availableParallelism());

/** @param data given to each thread as its `workerData` */
export function openThreads<Ask, Answer>(script: URL, data: unknown, size = THREADS): Threads<Ask, Answer> {
  const seats: Seat<Ask, Answer>[] = [];
  const waiting: Waiting<Ask, Answer>[] = [];
  let closed = false;

  function open(): Seat<Ask, Answer> {
    const worker = new Worker(script, { workerData: data });
    const seat: Seat<Ask, Answer> = {
      ...{ worker, busy: undefined },
      ended: new Promise((resolve) => worker.on('exit', () => resolve())),
    };
    const settle = (how: (question: Waiting<Ask, Answer>) => void): void => {
      const { busy } = seat;
      seat.busy = undefined;
      if (busy) how(busy);
      const next = waiting.shift();
      if (next) give(seat, next);
    };
    worker.on('message', (message: FromThread<Answer>) =>
      settle((question) =>
        'error' in message ? question.reject(AssayError.fromWire(message.error)) : question.resolve(message.answer),
      ),
    );
    // A thread that breaks takes its question with it; the next one goes to a new thread.
    worker.on('error', (error) => {
      seats.splice(seats.indexOf(seat), 1);
      seat.busy?.reject(error);
      seat.busy = undefined;
      const next = waiting.shift();
      if (next) give(open(), next);
    });
    seats.push(seat);
    return seat;
  }

  function give(seat: Seat<Ask, Answer>, question: Waiting<Ask, Answer>): void {
    seat.busy = question;
    seat.worker.postMessage({ ask: question.question } satisfies ToThread<Ask>);
  }

  return {
    size,
    ask(question) {
      if (closed) return Promise.reject(new AssayError('internal/cancelled'));
      return new Promise((resolve, reject) => {
        const entry = { question, resolve, reject };
        const seat = seats.find(({ busy }) => !busy) ?? (seats.length < size ? open() : undefined);
        if (seat) give(seat, entry);
        else waiting.push(entry);
      });
    },
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new AssayError('internal/cancelled'));
      // Not ended from outside: native code must not be cut off.
      for (const { worker } of seats) worker.postMessage({ close: true } satisfies ToThread<Ask>);
      await Promise.all(seats.map(({ ended }) => ended));
    },
  };
}

/** The thread's side: answers until it is told to end, then calls `end`. */
export function serveThread<Ask, Answer>(answer: (question: Ask) => Promise<Answer>, end?: () => void): void {
  const port = parentPort!;
  const respond = async (message: ToThread<Ask>): Promise<void> => {
    if ('close' in message) {
      end?.();
      port.close();
      return;
    }
    try {
      port.postMessage({ answer: await answer(message.ask) } satisfies FromThread<Answer>);
    } catch (thrown) {
      port.postMessage({ error: toAssayError(thrown).toWire() } satisfies FromThread<Answer>);
    }
  };
  let previous = Promise.resolve();
  port.on('message', (message: ToThread<Ask>) => (previous = previous.then(() => respond(message))));
}
