// Loaded into every utility process of the double: process.parentPort over the channel of child_process.fork.
import { EventEmitter } from 'node:events';

const ports = new Map();

class Port extends EventEmitter {
  constructor(id) {
    super();
    this.id = id;
    this.queue = [];
    this.started = false;
  }
  postMessage(data) {
    if (process.connected) process.send({ port: this.id, data }, () => undefined);
  }
  start() {
    this.started = true;
    for (const data of this.queue.splice(0)) this.emit('message', { data, ports: [] });
  }
  take(data) {
    if (this.started) this.emit('message', { data, ports: [] });
    else this.queue.push(data);
  }
  close() {
    if (process.connected) process.send({ closed: this.id }, () => undefined);
  }
}

const parent = new EventEmitter();
const early = [];
let listening = false;
parent.postMessage = (data) => void (process.connected && process.send({ data }, () => undefined));
parent.start = () => undefined;
const on = parent.on.bind(parent);
parent.on = (event, listener) => {
  on(event, listener);
  if (event === 'message' && !listening) {
    listening = true;
    // As in Electron, what came before anyone listened is not lost.
    queueMicrotask(() => early.splice(0).forEach((message) => parent.emit('message', message)));
  }
  return parent;
};
process.parentPort = parent;

process.on('message', (message) => {
  if ('port' in message) ports.get(message.port)?.take(message.data);
  else if ('closed' in message) ports.get(message.closed)?.emit('close');
  else {
    const event = {
      data: message.data,
      ports: message.ports.map((id) => {
        const port = new Port(id);
        ports.set(id, port);
        return port;
      }),
    };
    if (listening) parent.emit('message', event);
    else early.push(event);
  }
});
process.on('disconnect', () => process.exit(0));
