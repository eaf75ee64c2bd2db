/** The browser door: the built page, pictures and one WebSocket, on loopback only. */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { parsePicture } from '../../contract/index.ts';
import { type Engine } from '../../engine/index.ts';
import { openSession } from '../session/session.ts';
import { type Guard, cookieName, obstacle } from './guard.ts';
import { CONTENT_SECURITY_POLICY, staticFile } from './static-files.ts';

export interface BrowserDoor {
  /** Address to open, token included. */
  url: string;
  port: number;
  close(): Promise<void>;
}

export interface BrowserDoorOptions {
  engine: Engine;
  /** Folder of the built renderer. */
  page: string;
  /** 0 = any free port. */
  port?: number;
  token?: string;
}

/** A client that does not read is ended before its unsent messages fill the memory. */
const MOST_UNSENT_BYTES = 64 * 1024 * 1024;
const LARGEST_MESSAGE_BYTES = 16 * 1024 * 1024;

export async function openBrowserDoor({
  engine,
  page,
  port = 0,
  token = randomBytes(24).toString('base64url'),
}: BrowserDoorOptions): Promise<BrowserDoor> {
  const guard: Guard = { token, port: 0 };
  const server = createServer((request, response) => {
    respond(request, response, engine, page, guard).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE_BYTES });
  server.on('upgrade', (request, socket, head) => {
    // What is no address ("//") must not throw here: nobody catches it.
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    if (url?.pathname !== '/socket' || request.headers.origin === undefined || obstacle(request, url, guard, true)) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => attach(client, engine));
  });
  await listen(server, port);
  guard.port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${guard.port}/?token=${token}`,
    port: guard.port,
    async close() {
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function attach(client: WebSocket, engine: Engine): void {
  const session = openSession(engine, (message) => {
    if (client.readyState !== client.OPEN) return;
    if (client.bufferedAmount > MOST_UNSENT_BYTES) client.terminate();
    else client.send(JSON.stringify(message));
  });
  client.on('message', (data, binary) => {
    if (binary) return;
    try {
      session.receive(JSON.parse((data as Buffer).toString()));
    } catch {
      client.close(1007, 'not JSON');
    }
  });
  client.on('close', () => session.close());
  client.on('error', () => client.terminate());
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  engine: Engine,
  page: string,
  guard: Guard,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const isPicture = url.pathname.startsWith('/pictures/');
  // The page itself holds no secret; everything that shows the user's data needs the token.
  const problem = obstacle(request, url, guard, isPicture);
  if (problem) {
    response.writeHead(403, { 'Content-Type': 'text/plain' }).end(`forbidden: ${problem}`);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405).end();
    return;
  }
  if (isPicture) {
    await sendPicture(url.pathname, response, engine);
    return;
  }
  const file = await staticFile(page, url.pathname);
  if (!file) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found');
    return;
  }
  response.writeHead(200, {
    'Content-Type': file.type,
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(url.searchParams.get('token') === guard.token
      ? { 'Set-Cookie': `${cookieName(guard)}=${guard.token}; HttpOnly; SameSite=Strict; Path=/pictures` }
      : {}),
  });
  response.end(file.bytes);
}

async function sendPicture(path: string, response: ServerResponse, engine: Engine): Promise<void> {
  const request = parsePicture(path);
  const abort = new AbortController();
  // A tile that scrolled away is not made.
  response.on('close', () => abort.abort());
  const picture = request && (await engine.picture(request, abort.signal).catch(() => null));
  if (!picture) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': picture.type,
    'Cache-Control': picture.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(picture.bytes);
}
