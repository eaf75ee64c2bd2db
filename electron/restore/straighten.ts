/** A page set straight: turned by its measured skew on white, then freed of its white border. */
import { greyOf, type Raster } from './raster.ts';
import { measureSkew } from './skew.ts';

/** Turned clockwise by `degrees` about its centre, on a white ground that grows so that nothing is lost. Bilinear. */
export function turned(image: Raster, degrees: number): Raster {
  if (degrees === 0) return image;
  const { data, width, height } = image;
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const toWidth = Math.ceil(Math.abs(width * cos) + Math.abs(height * sin));
  const toHeight = Math.ceil(Math.abs(width * sin) + Math.abs(height * cos));
  const out = new Uint8Array(toWidth * toHeight * 3).fill(255);
  for (let y = 0; y < toHeight; y++)
    for (let x = 0; x < toWidth; x++) {
      const [dx, dy] = [x + 0.5 - toWidth / 2, y + 0.5 - toHeight / 2];
      // Where this pixel came from: the turn undone.
      const fromX = cos * dx + sin * dy + width / 2 - 0.5;
      const fromY = -sin * dx + cos * dy + height / 2 - 0.5;
      if (fromX <= -1 || fromY <= -1 || fromX >= width || fromY >= height) continue;
      const [x0, y0] = [Math.floor(fromX), Math.floor(fromY)];
      const [fx, fy] = [fromX - x0, fromY - y0];
      const to = (y * toWidth + x) * 3;
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number): number =>
          row < 0 || column < 0 || row >= height || column >= width ? 255 : data[(row * width + column) * 3 + c]!;
        const upper = at(y0, x0) * (1 - fx) + at(y0, x0 + 1) * fx;
        const lower = at(y0 + 1, x0) * (1 - fx) + at(y0 + 1, x0 + 1) * fx;
        out[to + c] = Math.round(upper * (1 - fy) + lower * fy);
      }
    }
  return { data: out, width: toWidth, height: toHeight };
}

/** At least this level is white. */
const WHITE = 245;
/** A row or column is border where at most this share of it is not white. */
const SPECKS = 0.004;
/** White that is left around, as a share of the side. */
const MARGIN = 0.02;
/** Never cut below this share of a side: an almost empty page stays a page. */
const LEAST = 0.3;

/** Without its white border. */
export function cropWhite(image: Raster): Raster {
  const { data: grey, width, height } = greyOf(image);
  const columns = new Int32Array(width);
  const rows = new Int32Array(height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (grey[at++]! < WHITE) {
        columns[x] = columns[x]! + 1;
        rows[y] = rows[y]! + 1;
      }
  const [left, right] = inner(columns, SPECKS * height);
  const [top, bottom] = inner(rows, SPECKS * width);
  if (left === 0 && top === 0 && right === width && bottom === height) return image;
  const out = new Uint8Array((right - left) * (bottom - top) * 3);
  for (let y = top; y < bottom; y++)
    out.set(image.data.subarray((y * width + left) * 3, (y * width + right) * 3), (y - top) * (right - left) * 3);
  return { data: out, width: right - left, height: bottom - top };
}

/** [first, past the last] with more than `specks`, margin included; everything where too little would be left. */
function inner(counts: Int32Array, specks: number): [number, number] {
  const first = counts.findIndex((count) => count > specks);
  const last = counts.findLastIndex((count) => count > specks);
  const side = counts.length;
  if (first < 0 || last - first + 1 < LEAST * side) return [0, side];
  const margin = Math.round(MARGIN * (last - first + 1));
  return [Math.max(0, first - margin), Math.min(side, last + 1 + margin)];
}

/** Straight and without a white border; how the page lies (which of four quarters) is not decided here. */
export function straighten(image: Raster): Raster & { degrees: number } {
  const degrees = measureSkew(greyOf(image));
  return { ...cropWhite(turned(image, degrees)), degrees };
}
