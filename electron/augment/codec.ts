/** JPEG there and back. */
import sharp from 'sharp';
import { type Raster } from './raster.ts';

/** @param quality 1-100 */
export async function throughJpeg({ data, width, height }: Raster, quality: number): Promise<Raster> {
  const encoded = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: '4:2:0' })
    .toBuffer();
  return { data: await sharp(encoded).raw().toBuffer(), width, height };
}
