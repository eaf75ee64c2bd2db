/** Compute task: reads files for an import, keeps their thumbnails, streams what the catalogue needs. */
import { type TaskContext } from '../../compute/protocol.ts';
import { openThumbnailCache } from '../../imaging/cache.ts';
import { type Ingested, ingest, mapOrdered } from '../../imaging/index.ts';

export interface IngestParams {
  /** Absolute paths. */
  files: string[];
  /** The thumbnail cache's file. */
  thumbnails: string;
}

export interface IngestBatch {
  images: Ingested[];
}

const BATCH = 64;
/** A batch is sent at the latest after this time, so that progress is seen with large files too. */
const BATCH_MS = 400;

export async function ingestTask(
  { files, thumbnails }: IngestParams,
  context: TaskContext<IngestBatch>,
): Promise<{ read: number }> {
  const cache = openThumbnailCache(thumbnails);
  let images: Ingested[] = [];
  let pictures: { hash: string; bytes: Uint8Array }[] = [];
  let sent = Date.now();
  let read = 0;
  const flush = async () => {
    // Thumbnails first: a row in the catalogue without its picture would be decoded again.
    cache.put(pictures);
    const batch = { images };
    [images, pictures, sent] = [[], [], Date.now()];
    await context.emit(batch);
  };
  try {
    for await (const { image, thumbnail } of mapOrdered(files, (file) => ingest(file), { signal: context.signal })) {
      images.push(image);
      if (thumbnail && image.hash) pictures.push({ hash: image.hash, bytes: thumbnail });
      read++;
      if (images.length >= BATCH || Date.now() - sent > BATCH_MS) await flush();
    }
    if (images.length > 0) await flush();
    return { read };
  } finally {
    cache.close();
  }
}
