/** assay://app/: the built page from its folder, pictures from the engine. Nothing else is answered. */
import { protocol } from 'electron';
import { parsePicture } from '../contract/index.ts';
import { CONTENT_SECURITY_POLICY, staticFile } from '../doors/index.ts';
import { type EngineHost } from './engine-host.ts';
import { SCHEME } from './window.ts';

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

const notFound = () => new Response('not found', { status: 404 });

export function serveScheme(page: string, host: EngineHost): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    if (url.host !== 'app' && !url.host.startsWith('app.')) return notFound();
    if (url.pathname.startsWith('/pictures/')) {
      const wanted = parsePicture(url.pathname);
      const picture = wanted && (await host.picture(wanted));
      if (!picture) return notFound();
      const caching = picture.immutable ? 'private, max-age=31536000, immutable' : 'no-store';
      return new Response(new Blob([new Uint8Array(picture.bytes)]), {
        headers: { 'Content-Type': picture.type, 'Cache-Control': caching },
      });
    }
    const file = await staticFile(page, url.pathname);
    if (!file) return notFound();
    return new Response(new Blob([new Uint8Array(file.bytes)]), {
      headers: {
        'Content-Type': file.type,
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        'X-Content-Type-Options': 'nosniff',
      },
    });
  });
}
