/** Who may talk to the browser door: this computer only, by the page that the door itself served. */
import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

export interface Guard {
  token: string;
  port: number;
}

const HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

function same(a: string, b: string): boolean {
  const x = Buffer.from(a);
  const y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
}

/** Checks the Host header (DNS rebinding), Origin (other pages) and token (other programs). Returns the obstacle, or null. */
export function obstacle(request: IncomingMessage, url: URL, guard: Guard, needsToken: boolean): string | null {
  const hosts = HOSTS.map((host) => `${host}:${guard.port}`);
  if (!hosts.includes(request.headers.host ?? '')) return 'unknown host';
  const origin = request.headers.origin;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) return 'another origin';
  if (!needsToken) return null;
  const given = url.searchParams.get('token') ?? cookieToken(request, guard) ?? '';
  return same(given, guard.token) ? null : 'wrong token';
}

/** Cookies are shared by all ports of a host: each studio has its own name. */
export const cookieName = (guard: Guard): string => `assay-${guard.port}`;

/** The page's pictures carry no query: they are let in by a cookie that came with the page. */
function cookieToken(request: IncomingMessage, guard: Guard): string | null {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/).map((pair) => pair.split('='));
  return pairs.find(([name]) => name === cookieName(guard))?.[1] ?? null;
}
