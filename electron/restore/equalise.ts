import { type Raster } from './raster.ts';

/** Each channel's histogram made flat, by its own running sum: levels keep their order. */
export function equaliseChannels({ data, width, height }: Raster): Raster {
  const out = new Uint8Array(data.length);
  const pixels = width * height;
  for (let c = 0; c < 3; c++) {
    const counts = new Int32Array(256);
    for (let i = c; i < data.length; i += 3) counts[data[i]!] = counts[data[i]!]! + 1;
    const first = counts.find((count) => count > 0) ?? 0;
    const map = new Uint8Array(256);
    let sum = 0;
    for (let level = 0; level < 256; level++) {
      sum += counts[level]!;
      // A channel of one level stays as it is.
      map[level] = pixels === first ? level : Math.round((255 * Math.max(0, sum - first)) / (pixels - first));
    }
    for (let i = c; i < data.length; i += 3) out[i] = map[data[i]!]!;
  }
  return { data: out, width, height };
}
