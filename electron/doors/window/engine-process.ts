/**
 * The engine under Electron: a utility process that the shell forked. It receives a port for each window, asks the
 * shell for compute processes (only the main process can fork those), and answers the shell's picture requests.
 */
import { type PictureRequest, toAssayError } from '../../contract/index.ts';
import { createEngine, defaultPlaces } from '../../engine/index.ts';
import { openSession } from '../session/session.ts';
import { type FromEngine, type PortLike, type ToEngine, parentPort } from './parent-port.ts';
import { shellSpawner } from './shell-spawner.ts';

const parent = parentPort();
const post = (message: FromEngine) => parent.postMessage(message);
const spawner = shellSpawner(post);
const engine = createEngine({ door: 'window', places: defaultPlaces(), spawnCompute: spawner.spawn });

function attach(port: PortLike): void {
  const session = openSession(engine, (message) => port.postMessage(message));
  port.on('message', (event) => session.receive(event.data));
  port.on('close', () => session.close());
  port.start();
}

async function answerPicture(id: number, request: PictureRequest): Promise<void> {
  try {
    const picture = await engine.picture(request);
    post({
      kind: 'picture',
      id,
      picture: picture && { bytes: picture.bytes, type: picture.type, immutable: picture.immutable },
    });
  } catch {
    post({ kind: 'picture', id, picture: null });
  }
}

const working = new Set<number>();
async function tellWork(): Promise<void> {
  const { locale } = await engine.call('settings.get', {});
  post({ kind: 'work', jobs: working.size, locale });
}
engine.subscribe((event) => {
  const before = working.size;
  if (event.type === 'project' && !event.open) working.clear();
  if (event.type === 'job') {
    if (event.job.state === 'queued' || event.job.state === 'running') working.add(event.job.id);
    else working.delete(event.job.id);
  }
  // Without the settings the shell asks in the language that it knows.
  if (working.size !== before) void tellWork().catch(() => undefined);
});

parent.on('message', (event) => {
  const message = event.data as ToEngine;
  const port = event.ports[0];
  switch (message.kind) {
    case 'client':
      if (port) attach(port);
      break;
    case 'compute':
      if (port) spawner.connect(message.id, port);
      break;
    case 'compute-exit':
      spawner.exited(message.id, message.code);
      break;
    case 'picture':
      void answerPicture(message.id, message.request);
      break;
    case 'open':
      engine.call('project.open', { path: message.path }).catch((thrown: unknown) => {
        post({ kind: 'open-failed', error: toAssayError(thrown).toWire() });
      });
      break;
    case 'quit':
      void engine.close().finally(() => process.exit(0));
      break;
  }
});
post({ kind: 'up' });
