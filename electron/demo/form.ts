/** What the forms share: a look (fonts, inks, rules), tables, titles, seals, bar codes, portraits. */
import { bold, type FontName } from './fonts.ts';
import { type Colour, colour, hex, mix, type Page } from './paper.ts';
import { type Draw } from './random.ts';

/** How one printed form looks and how it was filled in. */
export interface Look {
  title: FontName;
  body: FontName;
  /** The font of what was filled in: the form's own, another print, or a pen. */
  fill: FontName;
  ink: Colour;
  fillInk: Colour;
  head: Colour;
  rule: Colour;
  ruleWidth: number;
  size: number;
}

export const INK: Colour = [24, 24, 28];
const HEADS = ['#ffffff', '#f0f0f0', '#e6e9ee', '#e4efe6', '#f5ecdc', '#e3eef7', '#f3e6ea', '#e9e6f3', '#d9dde2'].map(
  colour,
);
export const PENS: readonly Colour[] = [colour('#1a2d7a'), colour('#22252e'), colour('#0e3f9e')];
export const SEAL_RED: Colour = colour('#c8262b');

const PRINTS: readonly FontName[] = ['sans', 'gothic', 'serif'];

/**
 * A look.
 *
 * @param template draws the printed form: the same stream gives the same form
 * @param fill draws how this copy was filled in
 * @param pen chance that it was filled in by hand
 */
export function drawLook(template: Draw, fill: Draw, pen: number): Look {
  const body = template.pick(PRINTS);
  const ink = mix(INK, colour('#4a4a55'), template.unit() * 0.5);
  const hand = fill.chance(pen);
  const print = fill.chance(0.65) ? body : fill.pick(PRINTS);
  return {
    title: bold(template.pick(PRINTS)),
    body,
    fill: hand ? 'pen' : print,
    ink,
    fillInk: hand ? fill.pick(PENS) : mix(INK, colour('#333340'), fill.unit()),
    head: template.pick(HEADS),
    rule: mix(INK, colour('#8a8a92'), template.unit()),
    ruleWidth: template.real(1.1, 2.2),
    size: template.int(29, 34) / 2,
  };
}

export interface Cell {
  text?: string;
  /** Columns and rows that the cell takes. */
  span?: number;
  down?: number;
  /** A printed caption with the look's head colour; else a filled-in value. */
  head?: boolean;
  /** Printed like a caption but on white. */
  plain?: boolean;
  align?: 'left' | 'centre' | 'right';
  size?: number;
  bold?: boolean;
  /** Runs over several lines, from the top. */
  block?: boolean;
  tint?: Colour;
}

export interface Row {
  h: number;
  cells: (Cell | string)[];
}

export const head = (text: string, more: Cell = {}): Cell => ({ text, head: true, align: 'centre', ...more });
export const value = (text: string, more: Cell = {}): Cell => ({ text, ...more });

/**
 * A ruled table.
 *
 * @param widths column widths in pixels
 * @returns the y of its lower edge
 */
export function table(
  page: Page,
  look: Look,
  x: number,
  y: number,
  widths: readonly number[],
  rows: readonly Row[],
): number {
  const lefts = [x];
  for (const width of widths) lefts.push((lefts[lefts.length - 1] ?? x) + width);
  const tops = [y];
  for (const row of rows) tops.push((tops[tops.length - 1] ?? y) + row.h);
  const taken = new Set<number>();
  rows.forEach((row, r) => {
    let c = 0;
    for (const item of row.cells) {
      while (taken.has(r * 100 + c)) c++;
      const cell = typeof item === 'string' ? { text: item } : item;
      const span = cell.span ?? 1;
      const down = cell.down ?? 1;
      for (let i = 0; i < down; i++) for (let k = 0; k < span; k++) taken.add((r + i) * 100 + c + k);
      const left = lefts[c] ?? x;
      const right = lefts[Math.min(c + span, widths.length)] ?? x;
      const top = tops[r] ?? y;
      const bottom = tops[Math.min(r + down, rows.length)] ?? y;
      putCell(page, look, cell, left, top, right - left, bottom - top);
      c += span;
    }
  });
  return tops[tops.length - 1] ?? y;
}

/** One cell of a table: tint, frame, text kept inside. */
export function putCell(page: Page, look: Look, cell: Cell, x: number, y: number, w: number, h: number): void {
  const tint = cell.tint ?? (cell.head === true ? look.head : undefined);
  if (tint !== undefined && hex(tint) !== '#ffffff') page.fill(x, y, w, h, tint);
  page.box(x, y, w, h, look.rule, look.ruleWidth);
  if (cell.text === undefined) return;
  const printed = cell.head === true || cell.plain === true;
  const own = printed ? look.body : look.fill;
  const font = cell.bold === true ? bold(own) : own;
  const size = (cell.size ?? look.size) * (font === 'pen' ? 1.45 : 1);
  const ink = printed ? look.ink : look.fillInk;
  const pad = Math.min(9, w * 0.08);
  const align = cell.align ?? 'left';
  if (cell.block === true || cell.text.includes('\n')) {
    const place = { font, size, colour: ink, x: x + pad, y: y + 7, width: w - 2 * pad, maxHeight: h - 14, align };
    page.paragraph(cell.text, { ...place, middle: cell.block !== true });
    return;
  }
  const at = align === 'left' ? x + pad : align === 'right' ? x + w - pad : x + w / 2;
  page.text(cell.text, {
    font,
    size: Math.min(size, h * 0.9),
    colour: ink,
    x: at,
    y: y + h / 2,
    align,
    maxWidth: w - 2 * pad,
  });
}

/** A title with its letters set apart, as Korean forms have it. */
export function title(
  page: Page,
  look: Look,
  text: string,
  y: number,
  size: number,
  spacing: number,
  x = page.width / 2,
): void {
  page.text(text, {
    font: look.title,
    size,
    spacing,
    colour: look.ink,
    x,
    y,
    align: 'centre',
    maxWidth: page.width * 0.8,
  });
}

/** A red seal over (x, y): round or square, with the syllables of a name in a grid, a little turned and worn. */
export function seal(page: Page, r: Draw, text: string, x: number, y: number, size: number): void {
  const square = r.chance(0.3);
  const red = mix(SEAL_RED, colour('#e0525a'), r.unit() * 0.7);
  const opacity = r.real(0.62, 0.92);
  const angle = r.real(-14, 14);
  const stroke = size * r.real(0.045, 0.075);
  // Room for the corners of a turned square.
  const half = size * 0.68;
  const edge = size / 2 - stroke;
  const inner = `<circle r="${String(edge - stroke * 1.6)}" stroke-width="${String(stroke * 0.5)}"/>`;
  const frame = square
    ? `<rect x="${String(-edge)}" y="${String(-edge)}" width="${String(2 * edge)}" height="${String(2 * edge)}" rx="${String(size * 0.06)}"/>`
    : `<circle r="${String(edge)}"/>${r.chance(0.35) ? inner : ''}`;
  const turn = `translate(${String(half)} ${String(half)}) rotate(${String(angle)})`;
  const drawn = `<g fill="none" stroke="${hex(red)}" stroke-width="${String(stroke)}" transform="${turn}">${frame}</g>`;
  page.svg(x - half, y - half, 2 * half, 2 * half, drawn, opacity);
  const letters = [...text.replace(/[()\s]/g, '')].slice(0, 9);
  const columns = letters.length <= 4 ? 2 : 3;
  const rows = Math.ceil(letters.length / columns);
  const area = size * (square ? 0.76 : 0.6);
  const cell = Math.min(area / columns, area / rows);
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  letters.forEach((letter, i) => {
    // Seals are read in columns from the right.
    const column = columns - 1 - Math.floor(i / rows);
    const dx = (column - (columns - 1) / 2) * cell;
    const dy = ((i % rows) - (rows - 1) / 2) * cell;
    const place = { x: x + dx * cos - dy * sin, y: y + dx * sin + dy * cos, angle };
    page.text(letter, { font: 'serifBold', size: cell * 0.98, colour: red, opacity, ...place });
  });
}

/** Vertical bars that look like a bar code; scans as nothing. */
export function barcode(page: Page, r: Draw, x: number, y: number, w: number, h: number): void {
  for (let at = x; at < x + w - 4;) {
    const bar = r.int(1, 3) * 1.2;
    page.fill(at, y, bar, h, INK);
    at += bar + r.int(1, 3) * 1.3;
  }
}

/** A square of random modules with three finders, like a two-dimensional code; scans as nothing. */
export function matrixCode(page: Page, r: Draw, x: number, y: number, size: number): void {
  const n = 21;
  const s = size / n;
  const parts: string[] = [];
  const module = (i: number, k: number, w: number, ink: string) =>
    parts.push(
      `<rect x="${(i * s).toFixed(2)}" y="${(k * s).toFixed(2)}" width="${(w * s).toFixed(2)}" height="${(w * s).toFixed(2)}" fill="${ink}"/>`,
    );
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) if (r.chance(0.47)) module(i, k, 1.05, '#1c1c20');
  for (const [i, k] of [
    [0, 0],
    [n - 7, 0],
    [0, n - 7],
  ] as const) {
    module(i - 0.5, k - 0.5, 8, '#fff');
    module(i, k, 7, '#1c1c20');
    module(i + 1, k + 1, 5, '#fff');
    module(i + 2, k + 2, 3, '#1c1c20');
  }
  page.svg(x, y, size, size, parts.join(''));
}
