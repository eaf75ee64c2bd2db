/** The client of the Electron window: messages over a port that the shell hands over, dialogs over the bridge. */
import { type Client } from '../../electron/contract/client.ts';
import { PORT_MESSAGE, type WindowBridge } from '../../electron/contract/window-bridge.ts';
import { type DoorMessage } from '../../electron/contract/wire.ts';
import { Calls } from './calls.ts';

export function portClient(bridge: WindowBridge): Client {
  const calls = new Calls();
  window.addEventListener('message', (event) => {
    const [port] = event.ports;
    if (event.source !== window || event.data !== PORT_MESSAGE || !port) return;
    // A second port means that the engine was started again: what the first was asked is lost.
    calls.disconnected();
    port.onmessage = (message: MessageEvent<DoorMessage>) => calls.receive(message.data);
    // Reactive proxies cannot be cloned: what is sent is plain data.
    calls.connected((message) => port.postMessage(JSON.parse(JSON.stringify(message))));
  });
  bridge.ready();
  return {
    call: calls.call,
    subscribe: (listener) => calls.subscribe(listener),
    onConnection: (listener) => calls.onConnection(listener),
    picture: (address) => address,
    dialogs: {
      folder: (title) => bridge.dialog({ kind: 'folder', title }),
      file: (title, extensions) => bridge.dialog({ kind: 'file', title, extensions }),
      save: (title, suggestion) => bridge.dialog({ kind: 'save', title, suggestion }),
    },
    pathOf: (file) => bridge.pathOf(file),
  };
}
