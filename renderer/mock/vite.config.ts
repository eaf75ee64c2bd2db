/** Development without an engine: the page of this repository over a client of made-up data. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const root = resolve(import.meta.dirname, '..');
const pages = join(process.env.ASSAY_SHARED ?? resolve(root, '../../shared'), 'design/mocks/pages');
const files = existsSync(pages) ? readdirSync(pages).filter((name) => /^\d\d-\d+\.webp$/.test(name)) : [];

/** A page for a picture's address: `hash` ends in CLASS and VARIANT as the client makes them. */
function pageOf(hash: string): Buffer | null {
  const [, klass = '00', variant = '00'] = /(\d\d)(\d\d)$/.exec(hash) ?? [];
  const own = files.filter((name) => name.startsWith(`${klass}-`));
  const name = own[Number(variant) % Math.max(1, own.length)] ?? files[0];
  return name ? readFileSync(join(pages, name)) : null;
}

const pictures: Plugin = {
  name: 'mock-pictures',
  transformIndexHtml: { order: 'pre', handler: (html) => html.replace('./main.ts', './mock/main.ts') },
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const match = /^\/pictures\/\w+\/(\w+?)(?:-\d+)?\.(?:jpg|png)/.exec(request.url ?? '');
      if (!match?.[1]) return next();
      const page = pageOf(match[1]);
      response.setHeader('content-type', page ? 'image/webp' : 'image/svg+xml');
      response.setHeader('cache-control', 'max-age=3600');
      response.end(
        page ??
          '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="424"><rect width="300" height="424" fill="#ddd"/></svg>',
      );
    });
  },
};

export default defineConfig({ root, plugins: [svelte(), pictures], server: { port: 5199, hmr: false } });
