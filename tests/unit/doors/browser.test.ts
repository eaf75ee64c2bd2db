/** The browser door: this computer only, by the page that it served, and nothing that is sent can break it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AssayError, type DoorMessage, pictures } from '../../../electron/contract/index.ts';
import { type BrowserDoor, openBrowserDoor } from '../../../electron/doors/browser/server.ts';
import { type Engine } from '../../../electron/engine/index.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

const TOKEN = 'the-right-token';
const PICTURE = `/${pictures.thumbnail('0123456789abcdef0123456789abcdef')}`;

/** Calls that the engine got; a call of `jobs.list` waits until it is cancelled. */
let calls: string[] = [];
let cancelled = 0;
const listeners = new Set<(event: never) => void>();

const engine = {
  call: async (name: string, _input: unknown, { signal }: { signal: AbortSignal }) => {
    calls.push(name);
    if (name === 'runs.list') throw new TypeError('a fault of ours');
    if (name !== 'jobs.list') return { name };
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    cancelled++;
    throw new AssayError('internal/cancelled');
  },
  subscribe: (listener: (event: never) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  picture: () => Promise.resolve({ type: 'image/jpeg', bytes: Buffer.from('picture'), immutable: true }),
} as unknown as Engine;

let place: Scratch;
let door: BrowserDoor;

beforeAll(async () => {
  place = scratch();
  mkdirSync(place.path('page', 'assets'), { recursive: true });
  writeFileSync(place.path('page', 'index.html'), '<!doctype html><title>Assay</title>');
  writeFileSync(place.path('page', 'assets', 'app.js'), '1;');
  writeFileSync(place.path('secret.json'), '{"secret":true}');
  mkdirSync(place.path('page-other'));
  writeFileSync(place.path('page-other', 'x.json'), '{"secret":true}');
  door = await openBrowserDoor({ engine, page: place.path('page'), token: TOKEN });
});
beforeEach(() => {
  calls = [];
  cancelled = 0;
});
afterAll(async () => {
  await door.close();
  place.remove();
});

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/** A request exactly as written: fetch would tidy the path up. */
function get(path: string, { method = 'GET', headers = {} as Record<string, string> } = {}): Promise<Answer> {
  return new Promise((settle, fail) => {
    const asked = request({ host: '127.0.0.1', port: door.port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => settle({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.on('error', fail).end();
  });
}

const own = () => `http://127.0.0.1:${door.port}`;
const address = (token = TOKEN) => `ws://127.0.0.1:${door.port}/socket?token=${token}`;

/** The status that the upgrade was answered with; 101 = let in. */
function knock(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((settle) => {
    const socket = new WebSocket(url, { headers });
    socket.on('open', () => {
      socket.close();
      settle(101);
    });
    socket.on('unexpected-response', (_request, response) => settle(response.statusCode ?? 0));
    socket.on('error', () => settle(0));
  });
}

interface Line {
  socket: WebSocket;
  send(message: unknown): void;
  /** The answer to the call of that number. */
  answer(id: number): Promise<Extract<DoorMessage, { id: number }>>;
  closed: Promise<number>;
}

async function line(): Promise<Line> {
  const socket = new WebSocket(address(), { origin: own() });
  const got: DoorMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    got.push(JSON.parse((data as Buffer).toString()) as DoorMessage);
    for (const look of waiting) look();
  });
  await new Promise((settle, fail) => socket.on('open', settle).on('error', fail));
  return {
    socket,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    answer: (id) =>
      new Promise((settle) => {
        const look = () => {
          const found = got.find((message) => 'id' in message && message.id === id);
          if (!found || !('id' in found)) return;
          waiting.delete(look);
          settle(found);
        };
        waiting.add(look);
        look();
      }),
    closed: new Promise((settle) => socket.on('close', (code) => settle(code))),
  };
}

describe('the page', () => {
  test('comes with a content security policy that lets nothing in from elsewhere', async () => {
    const { status, headers, text } = await get('/');
    expect(status).toBe(200);
    expect(text).toContain('Assay');
    const policy = String(headers['content-security-policy']);
    for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('hands the token on as a cookie only to who brought it', async () => {
    expect((await get('/')).headers['set-cookie']).toBeUndefined();
    expect((await get('/?token=wrong')).headers['set-cookie']).toBeUndefined();
    const [cookie] = (await get(`/?token=${TOKEN}`)).headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict; Path=\/pictures/);
  });

  test.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '/assets/..%5c..%5csecret.json',
    '/../page-other/x.json',
    '/..%2fpage-other%2fx.json',
    '/secret.json%00.html',
    '/%E0%A4%A',
  ])('gives nothing outside its folder: %s', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('does not know %s', async (method) => {
    expect((await get('/', { method })).status).toBe(405);
  });
});

describe('who is let in', () => {
  test('only this computer: nothing listens on its other addresses', async () => {
    const others = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).filter((one) => !one.internal && one.family === 'IPv4').map((one) => one.address),
    );
    // 127.0.0.2 is another address of every Linux machine, so that the claim is tested without a network too.
    for (const host of [...others, ...(process.platform === 'linux' ? ['127.0.0.2'] : [])]) {
      const reached = await new Promise<boolean>((settle) => {
        const socket = connect({ host, port: door.port, timeout: 2000 });
        const end = (value: boolean) => {
          socket.destroy();
          settle(value);
        };
        socket.on('connect', () => end(true)).on('error', () => end(false));
        socket.on('timeout', () => end(false));
      });
      expect(reached, host).toBe(false);
    }
  });

  test('not a page that reaches us under another name (DNS rebinding)', async () => {
    expect((await get('/', { headers: { host: `evil.example:${door.port}` } })).status).toBe(403);
    expect((await get('/', { headers: { host: '127.0.0.1:1' } })).status).toBe(403);
    expect((await get('/', { headers: { host: `localhost:${door.port}` } })).status).toBe(200);
  });

  test('not a page of another origin', async () => {
    expect((await get('/', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await get('/', { headers: { origin: 'null' } })).status).toBe(403);
    expect((await get('/', { headers: { origin: own() } })).status).toBe(200);
  });

  test('pictures need the token, by query or by the cookie of this port', async () => {
    expect((await get(PICTURE)).status).toBe(403);
    expect((await get(`${PICTURE}?token=wrong`)).status).toBe(403);
    expect((await get(PICTURE, { headers: { cookie: `assay-1=${TOKEN}` } })).status).toBe(403);
    expect((await get(`${PICTURE}?token=${TOKEN}`)).text).toBe('picture');
    expect((await get(PICTURE, { headers: { cookie: `other=1; assay-${door.port}=${TOKEN}` } })).text).toBe('picture');
  });

  test('the socket needs token, origin and host', async () => {
    const origin = own();
    expect(await knock(address(), { origin })).toBe(101);
    expect(await knock(address('wrong'), { origin })).toBe(403);
    expect(await knock(address(''), { origin })).toBe(403);
    expect(await knock(address())).toBe(403);
    expect(await knock(address(), { origin: 'http://evil.example' })).toBe(403);
    expect(await knock(address(), { origin, host: `evil.example:${door.port}` })).toBe(403);
    expect(await knock(address().replace('/socket', '/other'), { origin })).toBe(403);
  });
});

describe('the socket', () => {
  test('answers a call once, with its number', async () => {
    const { send, answer, socket } = await line();
    send({ id: 1, call: 'app.info', input: {} });
    expect(await answer(1)).toEqual({ id: 1, ok: true, result: { name: 'app.info' } });
    socket.close();
  });

  test.each(['no.such', '__proto__', 'constructor', 'toString'])(
    'an unknown procedure is contract/invalid and never reaches the engine: %s',
    async (call) => {
      const { send, answer, socket } = await line();
      send({ id: 2, call, input: {} });
      expect(await answer(2)).toMatchObject({ ok: false, error: { code: 'contract/invalid' } });
      expect(calls).toEqual([]);
      socket.close();
    },
  );

  test('a fault of the engine comes back as internal/fault with its detail, and the line stays open', async () => {
    const { send, answer, socket } = await line();
    send({ id: 1, call: 'runs.list', input: {} });
    const { error } = (await answer(1)) as { error: { code: string; detail: string } };
    expect(error.code).toBe('internal/fault');
    expect(error.detail).toContain('a fault of ours');
    send({ id: 2, call: 'app.info', input: {} });
    expect(await answer(2)).toMatchObject({ ok: true });
    socket.close();
  });

  test('cancel ends the work in the engine, not only the wait', async () => {
    const { send, answer, socket } = await line();
    send({ id: 3, call: 'jobs.list', input: {} });
    send({ cancel: 3 });
    expect(await answer(3)).toMatchObject({ ok: false, error: { code: 'internal/cancelled' } });
    expect(cancelled).toBe(1);
    socket.close();
  });

  test('a client that goes away cancels what it asked for and hears no more', async () => {
    // Lines of earlier tests are still being closed.
    await expect.poll(() => listeners.size).toBe(0);
    const { send, socket, closed } = await line();
    send({ id: 4, call: 'jobs.list', input: {} });
    await expect.poll(() => calls).toEqual(['jobs.list']);
    expect(listeners.size).toBe(1);
    socket.terminate();
    await closed;
    await expect.poll(() => cancelled).toBe(1);
    expect(listeners.size).toBe(0);
  });

  test('messages of no known form are dropped and the next call is answered', async () => {
    const { send, answer, socket } = await line();
    for (const message of [null, 1, [], {}, { id: -1, call: 'app.info' }, { id: 5 }, { cancel: 'x' }, { cancel: 99 }])
      send(message);
    send({ id: 6, call: 'x'.repeat(200), input: {} });
    socket.send(Buffer.from([1, 2, 3]), { binary: true });
    send({ id: 7, call: 'app.info', input: {} });
    expect(await answer(7)).toMatchObject({ ok: true });
    expect(calls).toEqual(['app.info']);
    socket.close();
  });

  test('what is not JSON ends that line, and the door goes on', async () => {
    const one = await line();
    one.send('{"id": 1,');
    expect(await one.closed).toBe(1007);
    const two = await line();
    two.send({ id: 1, call: 'app.info', input: {} });
    expect(await two.answer(1)).toMatchObject({ ok: true });
    two.socket.close();
  });

  test.each(['//', 'http://', '/socket?%', '*'])(
    'an address that is none does not end the studio: %s',
    async (path) => {
      const said = await new Promise<string>((settle) => {
        const socket = connect({ host: '127.0.0.1', port: door.port });
        let text = '';
        socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
        socket.on('error', () => settle(text)).on('close', () => settle(text));
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\nOrigin: ${own()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
        );
      });
      expect(said).toMatch(/^HTTP\/1\.1 4\d\d/);
      expect((await get('/')).status).toBe(200);
    },
  );
});

test('a closed door frees its port', async () => {
  const other = await openBrowserDoor({ engine, page: place.path('page') });
  expect(other.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${other.port}/\\?token=[\\w-]{32}$`));
  await other.close();
  const again = await openBrowserDoor({ engine, page: place.path('page'), port: other.port });
  expect(again.port).toBe(other.port satisfies AddressInfo['port']);
  await again.close();
});
