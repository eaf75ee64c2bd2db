/** A thread for tests: adds what it was given, fails, or breaks. */
import { workerData } from 'node:worker_threads';
import { AssayError } from '../../contract/errors.ts';
import { serveThread } from '../threads.ts';

const { add } = workerData as { add: number };

serveThread<{ say: number } | { fail: true } | { crash: true }, number>((question) => {
  if ('say' in question) return Promise.resolve(question.say + add);
  if ('fail' in question) return Promise.reject(new AssayError('internal/cancelled'));
  setImmediate(() => {
    throw new Error('it broke');
  });
  return new Promise(() => undefined);
});
