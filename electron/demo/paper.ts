/**
 * A page under construction: a list of marks in paint order, in page pixels (an A4 page is 840 × 1188).
 *
 * Upright boxes and rules are painted straight into the pixels (a table of hundreds of them is free); anything round,
 * slanted or shaded is an SVG fragment; text is laid out by Pango.
 */
import { type FontName } from './fonts.ts';

/** sRGB, 0-255 each. */
export type Colour = readonly [number, number, number];

export function colour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** #rrggbb for SVG. */
export function hex([r, g, b]: Colour): string {
  return `#${((r << 16) | (g << 8) | b).toString(16).padStart(6, '0')}`;
}

/** a + (b − a)·t. */
export function mix(a: Colour, b: Colour, t: number): Colour {
  return [0, 1, 2].map((i) => Math.round((a[i] ?? 0) + ((b[i] ?? 0) - (a[i] ?? 0)) * t)) as unknown as Colour;
}

export interface TextStyle {
  font: FontName;
  size: number;
  colour?: Colour;
  /** Between letters, in pixels. */
  spacing?: number;
  /** 0-1; 1 if left out. */
  opacity?: number;
}

export interface TextPlace extends TextStyle {
  x: number;
  /** The middle of the line. */
  y: number;
  align?: 'left' | 'centre' | 'right';
  /** The text is set smaller until it fits. */
  maxWidth?: number;
  /** Degrees, clockwise, about (x, y); the text is then centred on that point. */
  angle?: number;
}

export interface ParagraphPlace extends TextStyle {
  x: number;
  /** The top of the block. */
  y: number;
  width: number;
  /** The text is set smaller until it fits. */
  maxHeight: number;
  align?: 'left' | 'centre' | 'right';
  /** Space between lines as a share of the size. */
  leading?: number;
  /** Centre the block in maxHeight. */
  middle?: boolean;
}

export type Mark =
  | { kind: 'fill'; x: number; y: number; w: number; h: number; colour: Colour; opacity: number }
  | { kind: 'svg'; x: number; y: number; w: number; h: number; body: string; opacity: number; keep: boolean }
  | ({ kind: 'text'; text: string } & TextPlace)
  | ({ kind: 'paragraph'; text: string } & ParagraphPlace);

const BLACK: Colour = [20, 20, 22];

export class Page {
  readonly marks: Mark[] = [];
  readonly width: number;
  readonly height: number;
  readonly paper: Colour;
  /** Radius of the corners in pixels (cards), 0 for a sheet. */
  readonly corner: number;

  constructor(width: number, height: number, paper: Colour, corner = 0) {
    this.width = width;
    this.height = height;
    this.paper = paper;
    this.corner = corner;
  }

  fill(x: number, y: number, w: number, h: number, ink: Colour, opacity = 1): void {
    this.marks.push({ kind: 'fill', x, y, w, h, colour: ink, opacity });
  }

  /** A rule, horizontal or vertical, centred on its coordinates. */
  rule(x1: number, y1: number, x2: number, y2: number, ink: Colour = BLACK, width = 1.5): void {
    if (y1 === y2) this.fill(x1 - width / 2, y1 - width / 2, x2 - x1 + width, width, ink);
    else this.fill(x1 - width / 2, y1 - width / 2, width, y2 - y1 + width, ink);
  }

  /** An outlined box. */
  box(x: number, y: number, w: number, h: number, ink: Colour = BLACK, width = 1.5): void {
    this.rule(x, y, x + w, y, ink, width);
    this.rule(x, y + h, x + w, y + h, ink, width);
    this.rule(x, y, x, y + h, ink, width);
    this.rule(x + w, y, x + w, y + h, ink, width);
  }

  /**
   * SVG elements in a box of the page; their coordinates start at the box's corner.
   *
   * @param keep other pages of the form have the very same drawing: its pixels are worth keeping
   */
  svg(x: number, y: number, w: number, h: number, body: string, opacity = 1, keep = false): void {
    this.marks.push({
      kind: 'svg',
      x: Math.round(x),
      y: Math.round(y),
      w: Math.ceil(w),
      h: Math.ceil(h),
      body,
      opacity,
      keep,
    });
  }

  text(text: string, place: TextPlace): void {
    if (text.trim() !== '') this.marks.push({ kind: 'text', text, ...place });
  }

  paragraph(text: string, place: ParagraphPlace): void {
    if (text.trim() !== '') this.marks.push({ kind: 'paragraph', text, ...place });
  }

  /** A check box with its caption; returns the x after the caption's place. */
  check(x: number, y: number, caption: string, ticked: boolean, style: TextStyle): number {
    const s = style.size * 0.78;
    const ink = style.colour ?? BLACK;
    this.box(x, y - s / 2, s, s, ink, 1.2);
    if (ticked) {
      const path = `M${String(s * 0.15)} ${String(s * 0.55)} L${String(s * 0.45)} ${String(s * 0.9)} L${String(s * 1.1)} ${String(s * 0.05)}`;
      this.svg(
        x,
        y - s / 2 - 1,
        s * 1.3,
        s * 1.2,
        `<path d="${path}" fill="none" stroke="#1c2b6b" stroke-width="2.2"/>`,
      );
    }
    this.text(caption, { ...style, x: x + s + 5, y });
    return x + s + 5 + caption.length * style.size * 0.95 + 10;
  }
}
