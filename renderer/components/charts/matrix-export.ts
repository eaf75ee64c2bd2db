/** The matrix as files: a table (CSV) and a picture (SVG, from which the page draws the PNG). */
import { type MatrixView, standsUpright } from './matrix.ts';
import { textWidth } from './scale.ts';

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Counts in the order on screen: a header of predicted classes, a row a given class. UTF-8 with a byte order mark. */
export function matrixCsv(
  confusion: readonly (readonly number[])[],
  names: readonly string[],
  order: readonly number[],
) {
  const head = ['label', ...order.map((c) => names[c] ?? '')];
  const rows = order.map((r) => [names[r] ?? '', ...order.map((c) => String(confusion[r]?.[c] ?? 0))]);
  // Spreadsheet programs read Hangul right only with the mark.
  return `\uFEFF${[head, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`;
}

export interface PictureOptions {
  /** Names in the order of the evaluation. */
  names: readonly string[];
  title: string;
  /** Words of the axes. */
  given: string;
  predicted: string;
  /** Looks a token up (`--wrong-3`), so that the file shows the theme on screen and needs no style sheet. */
  colour: (token: string) => string;
}

/** What the picture is made of, in drawing order; px. */
export type Shape =
  | { kind: 'rect'; x: number; y: number; width: number; height: number; fill: string }
  | { kind: 'line'; x1: number; y1: number; x2: number; y2: number; stroke: string }
  | {
      kind: 'text';
      x: number;
      y: number;
      text: string;
      fill: string;
      anchor: 'start' | 'middle' | 'end';
      size: 12 | 14;
      weight: 400 | 500 | 600;
      /** Turned a quarter to the left around its start. */
      turned?: boolean;
    };

export interface Picture {
  width: number;
  height: number;
  title: string;
  shapes: Shape[];
}

const CELL = { width: 36, height: 33 };
const PAD = 16;

/** The matrix as shapes: one source for the SVG and the PNG. Heads upright in Hangul, turned in Latin, as on screen. */
export function matrixPicture(view: MatrixView, options: PictureOptions): Picture {
  const { names, title, given, predicted, colour } = options;
  const shown = view.order.map((i) => names[i] ?? '');
  const n = shown.length;
  const left = PAD + 12 + Math.max(60, ...shown.map(textWidth));
  const top = PAD + 32 + Math.max(60, ...shown.map((s) => (standsUpright(s) ? [...s].length * 13 : textWidth(s))));
  const [right, bottom] = [left + n * CELL.width, top + n * CELL.height];
  const [width, height] = [right + 56 + PAD, bottom + PAD];
  const rect = (x: number, y: number, w: number, h: number, token: string): Shape => ({
    kind: 'rect',
    x,
    y,
    width: w,
    height: h,
    fill: colour(token),
  });
  const text = (
    x: number,
    y: number,
    words: string,
    token: string,
    anchor: 'start' | 'middle' | 'end',
    more: { size?: 14; weight?: 500 | 600; turned?: boolean } = {},
  ): Shape => ({ kind: 'text', x, y, text: words, fill: colour(token), anchor, size: 12, weight: 400, ...more });

  const shapes: Shape[] = [
    rect(0, 0, width, height, '--canvas'),
    text(PAD, PAD + 12, title, '--text', 'start', { size: 14, weight: 600 }),
    text(left - 12, top - 22, `${predicted} →`, '--text-3', 'end'),
    text(left - 12, top - 6, `${given} ↓`, '--text-3', 'end'),
    rect(left, top, n * CELL.width - 1, n * CELL.height - 1, '--panel'),
  ];
  shown.forEach((name, i) => {
    const middle = top + i * CELL.height + CELL.height / 2 + 4;
    const x = left + i * CELL.width + CELL.width / 2;
    shapes.push(text(left - 12, middle, name, '--text', 'end'));
    const letters = [...name];
    if (standsUpright(name))
      letters.forEach((letter, k) =>
        shapes.push(text(x, top - 6 - (letters.length - 1 - k) * 13, letter, '--text', 'middle')),
      );
    else shapes.push(text(x + 4, top - 6, name, '--text', 'start', { turned: true }));
    const recall = view.recall[i];
    if (recall !== null && recall !== undefined)
      shapes.push(text(right + 44, middle, recall.toFixed(2), '--text-2', 'end'));
  });
  for (const cell of view.cells) {
    if (cell.level === 0) continue;
    const ramp = cell.right ? 'right' : 'wrong';
    const [x, y] = [left + cell.column * CELL.width, top + cell.row * CELL.height];
    shapes.push(
      rect(x, y, CELL.width - 1, CELL.height - 1, `--${ramp}-${cell.level}`),
      text(x + CELL.width / 2, y + CELL.height / 2 + 4, cell.text, `--${ramp}-on-${cell.level}`, 'middle', {
        weight: 500,
      }),
    );
  }
  for (const border of view.borders) {
    const [x, y] = [left + border * CELL.width - 0.5, top + border * CELL.height - 0.5];
    const stroke = colour('--line-control');
    shapes.push(
      { kind: 'line', x1: x, y1: top, x2: x, y2: bottom, stroke },
      { kind: 'line', x1: left, y1: y, x2: right, y2: y, stroke },
    );
  }
  return { width, height, title, shapes };
}

const xml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

/** A self-contained SVG of the picture. */
export function pictureSvg({ width, height, title, shapes }: Picture, font: string): string {
  const draw = (s: Shape): string => {
    switch (s.kind) {
      case 'rect':
        return `<rect x="${s.x}" y="${s.y}" width="${s.width}" height="${s.height}" fill="${s.fill}"/>`;
      case 'line':
        return `<line x1="${s.x1}" y1="${s.y1}" x2="${s.x2}" y2="${s.y2}" stroke="${s.stroke}"/>`;
      case 'text': {
        const place = s.turned ? `transform="translate(${s.x} ${s.y}) rotate(-90)"` : `x="${s.x}" y="${s.y}"`;
        return `<text ${place} text-anchor="${s.anchor}" font-size="${s.size}" font-weight="${s.weight}" fill="${s.fill}">${xml(s.text)}</text>`;
      }
    }
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${xml(font)}">`,
    `<title>${xml(title)}</title>`,
    ...shapes.map(draw),
    '</svg>',
  ].join('\n');
}

/** Paints the picture on a canvas of the page, so that the PNG has the page's fonts (an SVG in an image has not). */
export function paintPicture(
  { width, height, shapes }: Picture,
  canvas: HTMLCanvasElement,
  font: string,
  scale = 2,
): void {
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.scale(scale, scale);
  for (const s of shapes) {
    if (s.kind === 'rect') {
      pen.fillStyle = s.fill;
      pen.fillRect(s.x, s.y, s.width, s.height);
    } else if (s.kind === 'line') {
      pen.strokeStyle = s.stroke;
      pen.beginPath();
      pen.moveTo(s.x1, s.y1);
      pen.lineTo(s.x2, s.y2);
      pen.stroke();
    } else {
      pen.save();
      pen.translate(s.x, s.y);
      if (s.turned) pen.rotate(-Math.PI / 2);
      pen.font = `${s.weight} ${s.size}px ${font}`;
      pen.textAlign = s.anchor === 'middle' ? 'center' : s.anchor;
      pen.fillStyle = s.fill;
      pen.fillText(s.text, 0, 0);
      pen.restore();
    }
  }
}
