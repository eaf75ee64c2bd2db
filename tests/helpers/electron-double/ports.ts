/** MessageChannelMain: a pair of ports; one that was transferred passes its messages on to where it went. */
import { EventEmitter } from 'node:events';

let nextId = 1;

export interface Carrier {
  deliver(portId: number, data: unknown): void;
  closed(portId: number): void;
}

export class MessagePortMain extends EventEmitter {
  readonly id = nextId++;
  peer: MessagePortMain | null = null;
  #carrier: Carrier | null = null;
  #started = false;
  #queue: unknown[] = [];

  postMessage(data: unknown): void {
    // Cloned as a real port does: nobody may depend on shared objects.
    const copy = structuredClone(data);
    setImmediate(() => this.peer?.arrive(copy));
  }

  start(): void {
    this.#started = true;
    for (const data of this.#queue.splice(0)) this.emit('message', { data, ports: [] });
  }

  close(): void {
    this.peer?.end();
  }

  /** This end now lives with `carrier`: what arrives here goes there. */
  transfer(carrier: Carrier): void {
    this.#carrier = carrier;
    for (const data of this.#queue.splice(0)) carrier.deliver(this.id, data);
  }

  arrive(data: unknown): void {
    if (this.#carrier) this.#carrier.deliver(this.id, data);
    else if (this.#started) this.emit('message', { data, ports: [] });
    else this.#queue.push(data);
  }

  end(): void {
    if (this.#carrier) this.#carrier.closed(this.id);
    else this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}
