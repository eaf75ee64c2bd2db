/** The built page, read from its folder; nothing outside it can be asked for. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.json': 'application/json',
};

export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface StaticFile {
  bytes: Buffer;
  type: string;
  /** Vite puts a digest into the names of its assets: those never change. */
  immutable: boolean;
}

/** The file at a path of the page ('/' is index.html), or null. */
export async function staticFile(folder: string, path: string): Promise<StaticFile | null> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path === '/' ? '/index.html' : path);
  } catch {
    return null;
  }
  const file = normalize(join(folder, decoded));
  const type = TYPES[extname(file)];
  if (!type || decoded.includes('\0') || !file.startsWith(normalize(folder) + sep)) return null;
  try {
    return { bytes: await readFile(file), type, immutable: decoded.startsWith('/assets/') };
  } catch {
    return null;
  }
}
