/** A worker thread with one session. Its runs block this thread and nobody else. */
import { parentPort, workerData } from 'node:worker_threads';
import { toAssayError } from '../contract/errors.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './pool.ts';
import { createSession, type Session } from './session.ts';

const port = parentPort!;
const { model, session: options } = workerData as WorkerOptions;
const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

let session: Promise<Session> | undefined;

async function answer(message: ToWorker): Promise<void> {
  if (message.type === 'close') {
    // Between runs, so that nothing native is cut off: ending a worker in a run ends the whole process.
    await (await session)?.release();
    port.close();
    return;
  }
  const { run } = message;
  try {
    session ??= createSession(model, options);
    const outputs = await (await session).run(message.feeds);
    const buffers = Object.values(outputs).flatMap(({ data }) =>
      ArrayBuffer.isView(data) ? [data.buffer as ArrayBuffer] : [],
    );
    send({ run, outputs }, [...new Set(buffers)]);
  } catch (thrown) {
    send({ run, error: toAssayError(thrown).toWire() });
  }
}

let previous = Promise.resolve();
port.on('message', (message: ToWorker) => (previous = previous.then(() => answer(message))));
