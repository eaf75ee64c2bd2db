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

const xml = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

export interface SvgOptions {
  /** Names in the order of the evaluation. */
  names: readonly string[];
  title: string;
  /** Words of the axes. */
  given: string;
  predicted: string;
  /** Looks a token up (`--wrong-3`), so that the file shows the theme on screen and needs no style sheet. */
  colour: (token: string) => string;
  font: string;
}

const CELL = { width: 36, height: 33 };
const PAD = 16;

/** A self-contained SVG; column heads upright in Hangul, turned in Latin, as on screen. */
export function matrixSvg(view: MatrixView, options: SvgOptions): string {
  const { names, title, given, predicted, colour, font } = options;
  const shown = view.order.map((i) => names[i] ?? '');
  const left = PAD + 12 + Math.max(60, ...shown.map(textWidth));
  const head = (name: string): number => (standsUpright(name) ? [...name].length * 13 : textWidth(name));
  const top = PAD + 32 + Math.max(60, ...shown.map(head));
  const n = shown.length;
  const [width, height] = [left + n * CELL.width + 56 + PAD, top + n * CELL.height + PAD];
  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${xml(font)}" font-size="12">`,
    `<title>${xml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${colour('--canvas')}"/>`,
    `<text x="${PAD}" y="${PAD + 12}" font-size="14" font-weight="600" fill="${colour('--text')}">${xml(title)}</text>`,
    `<text x="${left - 12}" y="${top - 22}" text-anchor="end" fill="${colour('--text-3')}">${xml(predicted)} →</text>`,
    `<text x="${left - 12}" y="${top - 6}" text-anchor="end" fill="${colour('--text-3')}">${xml(given)} ↓</text>`,
    `<rect x="${left}" y="${top}" width="${n * CELL.width - 1}" height="${n * CELL.height - 1}" fill="${colour('--panel')}"/>`,
  ];
  shown.forEach((name, i) => {
    const middle = top + i * CELL.height + CELL.height / 2 + 4;
    const x = left + i * CELL.width + CELL.width / 2;
    out.push(`<text x="${left - 12}" y="${middle}" text-anchor="end" fill="${colour('--text')}">${xml(name)}</text>`);
    if (standsUpright(name)) {
      const letters = [...name];
      letters.forEach((letter, k) =>
        out.push(
          `<text x="${x}" y="${top - 6 - (letters.length - 1 - k) * 13}" text-anchor="middle" fill="${colour('--text')}">${xml(letter)}</text>`,
        ),
      );
    } else {
      out.push(
        `<text transform="translate(${x + 4} ${top - 6}) rotate(-90)" fill="${colour('--text')}">${xml(name)}</text>`,
      );
    }
    const recall = view.recall[i];
    if (recall !== null && recall !== undefined)
      out.push(
        `<text x="${left + n * CELL.width + 44}" y="${middle}" text-anchor="end" fill="${colour('--text-2')}">${recall.toFixed(2)}</text>`,
      );
  });
  for (const cell of view.cells) {
    if (cell.level === 0) continue;
    const ramp = cell.right ? 'right' : 'wrong';
    const [x, y] = [left + cell.column * CELL.width, top + cell.row * CELL.height];
    out.push(
      `<rect x="${x}" y="${y}" width="${CELL.width - 1}" height="${CELL.height - 1}" fill="${colour(`--${ramp}-${cell.level}`)}"/>`,
      `<text x="${x + CELL.width / 2}" y="${y + CELL.height / 2 + 4}" text-anchor="middle" font-weight="500" fill="${colour(`--${ramp}-on-${cell.level}`)}">${cell.text}</text>`,
    );
  }
  for (const border of view.borders) {
    const [x, y] = [left + border * CELL.width - 0.5, top + border * CELL.height - 0.5];
    out.push(
      `<path d="M${x} ${top}V${top + n * CELL.height}M${left} ${y}H${left + n * CELL.width}" stroke="${colour('--line-control')}"/>`,
    );
  }
  return [...out, '</svg>'].join('\n');
}
