/** Starts the compute process with plain Node. Under Electron the shell hands in a utility process instead. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { type FromCompute, type ProcessEndpoint } from './protocol.ts';

/**
 * Forks `script`, which calls `serveTasks(table, forkedEndpoint())`. Typed arrays cross as such ("advanced"
 * serialization: 4 MB in 8 ms). The child ends with its parent: its channel closes.
 */
export function forkCompute(script: string, environment: NodeJS.ProcessEnv = process.env): ProcessEndpoint {
  const child = fork(script, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Decoding runs on libuv's threads: as many as cores, where four are not enough.
    env: { UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism())), ...environment },
    execArgv: [],
  });
  const lines: ((line: string) => void)[] = [];
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', (line) => lines.forEach((take) => take(line)));
  return {
    pid: child.pid,
    post: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as FromCompute)),
    onExit: (listener) => {
      let told = false;
      const tell = (reason: string): void => {
        if (!told) listener({ reason });
        told = true;
      };
      // 'close' comes after the last output: its lines tell why. 'error': it never started.
      child.on('close', (code, signal) => tell(signal === null ? `exit code ${code}` : `signal ${signal}`));
      child.on('error', (error) => tell(error.message));
    },
    onLine: (listener) => void lines.push(listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
