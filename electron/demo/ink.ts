/** Puts boxes, pictures and ink masks into pixels. */
import { type Mask, type Pixels } from '../imaging/index.ts';
import { type Colour } from './paper.ts';

/** A box with soft edges where its sides fall between pixels. */
export function fillBox(into: Pixels, x: number, y: number, w: number, h: number, ink: Colour, opacity: number): void {
  const { data, width, height } = into;
  const x1 = Math.min(width, x + w);
  const y1 = Math.min(height, y + h);
  const x0 = Math.max(0, x);
  const y0 = Math.max(0, y);
  for (let py = Math.floor(y0); py < y1; py++) {
    const cy = Math.min(py + 1, y1) - Math.max(py, y0);
    for (let px = Math.floor(x0); px < x1; px++) {
      const a = cy * (Math.min(px + 1, x1) - Math.max(px, x0)) * opacity;
      const at = (py * width + px) * 3;
      for (let c = 0; c < 3; c++) data[at + c] = (data[at + c] ?? 0) * (1 - a) + (ink[c] ?? 0) * a + 0.5;
    }
  }
}

/** A picture with transparency, its corner at (left, top). */
export function blend(into: Pixels, sprite: Pixels, left: number, top: number, opacity: number): void {
  const { data, width, height } = into;
  for (let y = Math.max(0, -top); y < sprite.height && y + top < height; y++) {
    for (let x = Math.max(0, -left); x < sprite.width && x + left < width; x++) {
      const from = (y * sprite.width + x) * 4;
      const a = ((sprite.data[from + 3] ?? 0) / 255) * opacity;
      if (a === 0) continue;
      const at = ((y + top) * width + x + left) * 3;
      if (a === 1) {
        data[at] = sprite.data[from] ?? 0;
        data[at + 1] = sprite.data[from + 1] ?? 0;
        data[at + 2] = sprite.data[from + 2] ?? 0;
        continue;
      }
      for (let c = 0; c < 3; c++) data[at + c] = (data[at + c] ?? 0) * (1 - a) + (sprite.data[from + c] ?? 0) * a + 0.5;
    }
  }
}

const INK: Colour = [20, 20, 22];

/** Ink of one colour through a mask, its corner at (left, top). */
export function stain(into: Pixels, mask: Mask, left: number, top: number, ink: Colour = INK, opacity = 1): void {
  const { data, width, height } = into;
  for (let y = Math.max(0, -top); y < mask.height && y + top < height; y++) {
    for (let x = Math.max(0, -left); x < mask.width && x + left < width; x++) {
      const coverage = mask.data[y * mask.width + x] ?? 0;
      if (coverage === 0) continue;
      const a = (coverage / 255) * opacity;
      const at = ((y + top) * width + x + left) * 3;
      for (let c = 0; c < 3; c++) data[at + c] = (data[at + c] ?? 0) * (1 - a) + (ink[c] ?? 0) * a + 0.5;
    }
  }
}

/** The mask centred on (cx, cy), turned clockwise, sampled bilinearly. */
export function stainTurned(
  into: Pixels,
  mask: Mask,
  cx: number,
  cy: number,
  angle: number,
  ink: Colour = INK,
  opacity = 1,
): void {
  const { data, width, height } = into;
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  const reach = Math.hypot(mask.width, mask.height) / 2 + 1;
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= mask.width || y >= mask.height ? 0 : (mask.data[y * mask.width + x] ?? 0);
  for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(height, cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(width, cx + reach); x++) {
      const dx = x + 0.5 - cx;
      const dy = y + 0.5 - cy;
      const u = dx * cos + dy * sin + mask.width / 2 - 0.5;
      const v = -dx * sin + dy * cos + mask.height / 2 - 0.5;
      const u0 = Math.floor(u);
      const v0 = Math.floor(v);
      const fu = u - u0;
      const fv = v - v0;
      const coverage =
        (at(u0, v0) * (1 - fu) + at(u0 + 1, v0) * fu) * (1 - fv) +
        (at(u0, v0 + 1) * (1 - fu) + at(u0 + 1, v0 + 1) * fu) * fv;
      if (coverage < 1) continue;
      const a = (coverage / 255) * opacity;
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = (data[i + c] ?? 0) * (1 - a) + (ink[c] ?? 0) * a + 0.5;
    }
  }
}
