/** utilityProcess.fork over child_process.fork. */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { type Carrier, type MessagePortMain } from './ports.ts';

const PARENT_PORT = new URL('./parent-port.mjs', import.meta.url).href;

type FromChild = { data: unknown } | { port: number; data: unknown } | { closed: number };

class UtilityProcess extends EventEmitter implements Carrier {
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, MessagePortMain>();

  constructor(path: string, args: string[], env?: NodeJS.ProcessEnv) {
    super();
    this.#child = fork(path, args, {
      serialization: 'advanced',
      execArgv: ['--import', PARENT_PORT],
      env: env ?? process.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message: FromChild) => {
      if ('closed' in message) this.#ports.get(message.closed)?.close();
      else if ('port' in message) this.#ports.get(message.port)?.postMessage(message.data);
      else this.emit('message', message.data);
    });
    this.#child.on('exit', (code) => {
      for (const port of this.#ports.values()) port.close();
      this.emit('exit', code);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  postMessage(data: unknown, ports: MessagePortMain[] = []): void {
    this.#send({ data, ports: ports.map((port) => port.id) });
    for (const port of ports) {
      this.#ports.set(port.id, port);
      port.transfer(this);
    }
  }

  deliver(port: number, data: unknown): void {
    this.#send({ port, data });
  }

  closed(port: number): void {
    this.#send({ closed: port });
  }

  kill(): boolean {
    return this.#child.kill();
  }

  #send(message: object): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

export const utilityProcess = {
  fork: (path: string, args: string[] = [], options: { env?: NodeJS.ProcessEnv } = {}) =>
    new UtilityProcess(path, args, options.env),
};
