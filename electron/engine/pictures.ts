/** Pictures for the doors: thumbnails from the cache, larger ones decoded on request, previews from memory. */
import { type PictureRequest } from '../contract/index.ts';
import { type EngineContext } from './context.ts';

export interface Picture {
  bytes: Uint8Array;
  type: string;
  /** Named by its content: may be kept for ever. */
  immutable: boolean;
}

const THUMBNAIL_SIDE = 256;
const JPEG = 'image/jpeg';

/** A decode that a person waits for. Null where the file is gone or unreadable: the page shows its empty picture. */
async function decoded(
  context: EngineContext,
  path: string | undefined,
  side: number,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  if (path === undefined) return null;
  const { bytes } = await context.interactive.run('display', { path, side }, { signal });
  return bytes;
}

async function thumbnail(context: EngineContext, hash: string, signal?: AbortSignal): Promise<Uint8Array | null> {
  const project = context.project;
  if (!project) return null;
  const cached = project.thumbnails.get(hash);
  if (cached) return cached;
  // The cache may be deleted at any time: what is looked at comes back into it.
  const made = await decoded(context, project.catalogue.images.byHash(hash)?.file, THUMBNAIL_SIDE, signal);
  if (made) project.thumbnails.put([{ hash, bytes: made }]);
  return made;
}

export async function pictureOf(
  context: EngineContext,
  request: PictureRequest,
  signal?: AbortSignal,
): Promise<Picture | null> {
  const jpeg = (bytes: Uint8Array | null, immutable: boolean): Picture | null =>
    bytes && { bytes, type: JPEG, immutable };
  const { project } = context;
  switch (request.kind) {
    case 'thumbnail':
      return jpeg(await thumbnail(context, request.hash, signal), true);
    case 'display':
      return jpeg(
        await decoded(context, project?.catalogue.images.byHash(request.hash)?.file, request.side, signal),
        true,
      );
    case 'drawn': {
      const bytes = context.drawn.get(request.key);
      return bytes ? { bytes, type: 'image/png', immutable: true } : null;
    }
    case 'strip':
      return jpeg(context.recent.strip(request.key, request.index), false);
    case 'batch': {
      const file = project?.catalogue.batches.file(request.batch, request.row);
      return jpeg(await decoded(context, file ?? undefined, THUMBNAIL_SIDE, signal), false);
    }
  }
}
