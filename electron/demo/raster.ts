/** Paints a page's marks into pixels. */
import { type Mask, type Pixels, renderSvg, renderText } from '../imaging/index.ts';
import { font } from './fonts.ts';
import { type Colour, type Mark, type Page, type ParagraphPlace, type TextPlace } from './paper.ts';

/** Pictures of text and shapes that come back from page to page; the longest unused is dropped when full. */
class Kept<T> {
  private readonly entries = new Map<string, Promise<T>>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.entries.get(key);
    const entry = known ?? make();
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > this.limit) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    return entry;
  }
}

/** The fixed words of a form are on every page of its class: some 2 KB each. */
const masks = new Kept<Mask>(8000);
/** The grounds of cards: up to 2 MB each. */
const grounds = new Kept<Pixels>(24);

/**
 * A line of text on a common baseline: Pango crops to the ink, so a strut (a tall bar and a wide space) is set before
 * the text and cut off again; every line of one font and size is then equally high.
 */
function lineMask(text: string, place: TextPlace, size: number): Promise<Mask> {
  const spacing = place.spacing ?? 0;
  const key = `${place.font} ${size.toFixed(2)} ${spacing.toFixed(1)} ${text}`;
  return masks.get(key, async () =>
    cutStrut(await renderText({ text: `|\u3000${text}`, ...font(place.font), size, spacing })),
  );
}

function columnEmpty({ data, width, height }: Mask, x: number): boolean {
  for (let y = 0; y < height; y++) if ((data[y * width + x] ?? 0) !== 0) return false;
  return true;
}

function cutStrut(mask: Mask): Mask {
  let from = 0;
  while (from < mask.width && !columnEmpty(mask, from)) from++;
  while (from < mask.width && columnEmpty(mask, from)) from++;
  const width = mask.width - from;
  const data = new Uint8Array(width * mask.height);
  for (let y = 0; y < mask.height; y++)
    data.set(mask.data.subarray(y * mask.width + from, (y + 1) * mask.width), y * width);
  return { data, width, height: mask.height };
}

async function fittedLine(text: string, place: TextPlace): Promise<Mask> {
  let size = place.size;
  let mask = await lineMask(text, place, size);
  // Twice is enough: the width is all but proportional to the size.
  for (let i = 0; i < 3 && place.maxWidth !== undefined && mask.width > place.maxWidth; i++) {
    size *= (place.maxWidth / mask.width) * 0.985;
    mask = await lineMask(text, { ...place, spacing: (place.spacing ?? 0) * (size / place.size) }, size);
  }
  return mask;
}

async function fittedParagraph(text: string, place: ParagraphPlace): Promise<Mask> {
  let size = place.size;
  for (let i = 0; ; i++) {
    const { align, width, leading = 0.35 } = place;
    const mask = await renderText({
      text,
      ...font(place.font),
      size,
      width,
      align: align ?? 'left',
      leading: size * leading,
      spacing: place.spacing ?? 0,
    });
    if ((mask.height <= place.maxHeight && mask.width <= width + 1) || i === 8) return mask;
    size *= 0.9;
  }
}

/** The page as opaque RGB pixels. */
export async function paint(page: Page): Promise<Pixels> {
  const { width, height, paper } = page;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * 3; i += 3) data.set(paper, i);
  for (let y = 1; y < height; y++) data.copyWithin(y * width * 3, 0, width * 3);
  const pixels: Pixels = { data, width, height, channels: 3 };
  const ready = page.marks.map((mark) => prepare(mark));
  for (const mark of ready) (await mark)(pixels);
  return pixels;
}

type Paint = (into: Pixels) => void;

function prepare(mark: Mark): Paint | Promise<Paint> {
  switch (mark.kind) {
    case 'fill':
      return (into) => {
        fillBox(into, mark.x, mark.y, mark.w, mark.h, mark.colour, mark.opacity);
      };
    case 'svg': {
      const { x, y, w, h, body, opacity, keep } = mark;
      const size = `width="${String(w)}" height="${String(h)}"`;
      const document = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${body}</svg>`;
      const sprite = keep ? grounds.get(document, () => renderSvg(document)) : renderSvg(document);
      return sprite.then((drawn) => (into: Pixels) => {
        blend(into, drawn, x, y, opacity);
      });
    }
    case 'text':
      return fittedLine(mark.text, mark).then((mask) => (into: Pixels) => {
        placeLine(into, mask, mark);
      });
    case 'paragraph':
      return fittedParagraph(mark.text, mark).then((mask) => (into: Pixels) => {
        const free = mark.width - mask.width;
        const x = mark.x + (mark.align === 'centre' ? free / 2 : mark.align === 'right' ? free : 0);
        const y = mark.y + (mark.middle === true ? (mark.maxHeight - mask.height) / 2 : 0);
        stain(into, mask, Math.round(x), Math.round(y), mark.colour, mark.opacity);
      });
  }
}

function placeLine(into: Pixels, mask: Mask, mark: TextPlace): void {
  if (mark.angle !== undefined) {
    stainTurned(into, mask, mark.x, mark.y, mark.angle, mark.colour, mark.opacity);
    return;
  }
  const x = mark.x - (mark.align === 'centre' ? mask.width / 2 : mark.align === 'right' ? mask.width : 0);
  stain(into, mask, Math.round(x), Math.round(mark.y - mask.height / 2), mark.colour, mark.opacity);
}

/** A box with soft edges where its sides fall between pixels. */
function fillBox(into: Pixels, x: number, y: number, w: number, h: number, ink: Colour, opacity: number): void {
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

function blend(into: Pixels, sprite: Pixels, left: number, top: number, opacity: number): void {
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

function stain(into: Pixels, mask: Mask, left: number, top: number, ink: Colour = INK, opacity = 1): void {
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
function stainTurned(
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
