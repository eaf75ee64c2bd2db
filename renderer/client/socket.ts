/** The client of the browser door: one WebSocket to the studio that served the page. */
import { type Client } from '../../electron/contract/client.ts';
import { type DoorMessage } from '../../electron/contract/wire.ts';
import { Calls } from './calls.ts';

const RETRY_MS = [200, 500, 1000, 2000, 5000];

export function socketClient(place: Location): Client {
  const calls = new Calls();
  const token = new URLSearchParams(place.search).get('token') ?? '';
  let tries = 0;

  function connect(): void {
    const socket = new WebSocket(`ws://${place.host}/socket?token=${encodeURIComponent(token)}`);
    socket.onopen = () => {
      tries = 0;
      calls.connected((message) => socket.send(JSON.stringify(message)));
    };
    socket.onmessage = (message: MessageEvent<string>) => calls.receive(JSON.parse(message.data) as DoorMessage);
    socket.onclose = () => {
      calls.disconnected();
      setTimeout(connect, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
    };
  }
  connect();

  return {
    call: calls.call,
    subscribe: (listener) => calls.subscribe(listener),
    onConnection: (listener) => calls.onConnection(listener),
    picture: (address) => address,
    dialogs: null,
    pathOf: () => null,
  };
}
