/** Text as ink masks: lines on a common baseline, wrapped paragraphs, both set smaller until they fit. */
import { type Mask, renderText } from '../imaging/index.ts';
import { font } from './fonts.ts';
import { Kept } from './kept.ts';
import { type ParagraphPlace, type TextPlace } from './paper.ts';

/** The fixed words of a form are on every page of its class: some 2 KB each. */
const masks = new Kept<Mask>(8000);
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

/** The line, set smaller where it is wider than its place allows. */
export async function fittedLine(text: string, place: TextPlace): Promise<Mask> {
  let size = place.size;
  let mask = await lineMask(text, place, size);
  // Twice is enough: the width is all but proportional to the size.
  for (let i = 0; i < 3 && place.maxWidth !== undefined && mask.width > place.maxWidth; i++) {
    size *= (place.maxWidth / mask.width) * 0.985;
    mask = await lineMask(text, { ...place, spacing: (place.spacing ?? 0) * (size / place.size) }, size);
  }
  return mask;
}

/** The paragraph, wrapped, set smaller until it fits its box. */
export async function fittedParagraph(text: string, place: ParagraphPlace): Promise<Mask> {
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
