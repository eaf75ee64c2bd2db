/** Paints a page's marks into pixels. */
import { type Mask, type Pixels, renderSvg } from '../imaging/index.ts';
import { blend, fillBox, stain, stainTurned } from './ink.ts';
import { Kept } from './kept.ts';
import { type Mark, type Page } from './paper.ts';
import { fittedLine, fittedParagraph } from './text-mask.ts';

/** The grounds of cards: up to 2 MB each. */
const grounds = new Kept<Pixels>(24);

/** The page as opaque RGB pixels. */
export async function paint(page: Page): Promise<Pixels> {
  const { width, height, paper } = page;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * 3; i += 3) data.set(paper, i);
  for (let y = 1; y < height; y++) data.copyWithin(y * width * 3, 0, width * 3);
  const pixels: Pixels = { data, width, height, channels: 3 };
  // All text and shapes are begun at once, then laid down in order.
  const ready = page.marks.map((mark) => prepare(mark));
  for (const mark of ready) (await mark)(pixels);
  return pixels;
}

type Paint = (into: Pixels) => void;
type TextMark = Extract<Mark, { kind: 'text' | 'paragraph' }>;

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
    case 'paragraph':
      return setText(mark).then(({ mask, x, y }) => (into: Pixels) => {
        const { colour, opacity } = mark;
        if (mark.kind === 'text' && mark.angle !== undefined)
          stainTurned(into, mask, mark.x, mark.y, mark.angle, colour, opacity);
        else stain(into, mask, x, y, colour, opacity);
      });
  }
}

/** The ink of a text and the place of its corner on the page. */
async function setText(mark: TextMark): Promise<{ mask: Mask; x: number; y: number }> {
  if (mark.kind === 'text') {
    const mask = await fittedLine(mark.text, mark);
    const x = mark.x - (mark.align === 'centre' ? mask.width / 2 : mark.align === 'right' ? mask.width : 0);
    return { mask, x: Math.round(x), y: Math.round(mark.y - mask.height / 2) };
  }
  const mask = await fittedParagraph(mark.text, mark);
  const free = mark.width - mask.width;
  const x = mark.x + (mark.align === 'centre' ? free / 2 : mark.align === 'right' ? free : 0);
  const y = mark.y + (mark.middle === true ? (mark.maxHeight - mask.height) / 2 : 0);
  return { mask, x: Math.round(x), y: Math.round(y) };
}

export interface TextBox {
  text: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Where the upright texts of a page lie, lines at the height of their letters: for checks of layouts. */
export async function textBoxes(page: Page): Promise<TextBox[]> {
  const boxes: TextBox[] = [];
  for (const mark of page.marks) {
    if (mark.kind !== 'text' && mark.kind !== 'paragraph') continue;
    if (mark.kind === 'text' && mark.angle !== undefined) continue;
    const { mask, x, y } = await setText(mark);
    const inset = mark.kind === 'text' ? mask.height * 0.17 : 0;
    boxes.push({ text: mark.text, x, y: y + inset, w: mask.width, h: mask.height - 2 * inset });
  }
  return boxes;
}
