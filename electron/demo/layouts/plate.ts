/** Number plates on cars (16): whole pictures, not paper. */
import { colour, hex, mix, Page } from '../paper.ts';
import { type Draw } from '../random.ts';
import { plate, type Plate } from '../words.ts';
import { type Layout, type Sheet } from './layout.ts';

const PAINTS = [
  '#e8eaec',
  '#16171a',
  '#6f747b',
  '#9ba1a8',
  '#20304a',
  '#7a1f25',
  '#3c4a3d',
  '#c9c2b4',
  '#2c4f78',
  '#d8dade',
  '#40464e',
  '#8a6d4f',
];

export const numberPlate: Layout = (r): Sheet => {
  const close = r.chance(0.4);
  const page = new Page(880, r.pick([560, 620, 660]), [120, 124, 128]);
  const style = r.weighted<PlateStyle>([
    ['white', 5],
    ['narrow', 2],
    ['green', 2],
    ['electric', 2],
    ['taxi', 2],
  ]);
  const wide = style === 'green' || style === 'taxi' ? 1.95 : style === 'narrow' ? 3.1 : 4.73;
  const width = (close ? r.int(520, 680) : r.int(250, 350)) * (wide < 2.5 ? 0.72 : 1);
  const x = (880 - width) / 2 + r.int(-14, 14);
  const y = page.height * (close ? r.real(0.36, 0.5) : r.real(0.5, 0.58));
  if (close) bumper(page, r, y, width / wide);
  else car(page, r, y, x + width / 2, width);
  drawPlate(page, r, plate(r), style, x, y, width, width / wide);
  return { page, kind: 'picture' };
};

type PlateStyle = 'white' | 'narrow' | 'green' | 'electric' | 'taxi';
const PLATE_INKS: Record<PlateStyle, readonly [string, string]> = {
  white: ['#f4f5f3', '#15161a'],
  narrow: ['#f1f2ef', '#17181c'],
  green: ['#1e6b45', '#f2f5ee'],
  electric: ['#a9d4ec', '#15202b'],
  taxi: ['#f2c21a', '#1b1a14'],
};

function drawPlate(page: Page, r: Draw, p: Plate, style: PlateStyle, x: number, y: number, w: number, h: number): void {
  const [back, front] = PLATE_INKS[style];
  const bolts = [0.18, 0.82].map(
    (k) =>
      `<circle cx="${String(w * k)}" cy="${String(h * 0.12)}" r="${String(Math.max(3, h * 0.045))}" fill="#a9adb1" stroke="#6d7074"/>`,
  );
  const strip =
    style === 'white' && r.chance(0.6)
      ? `<rect x="4" y="4" width="${String(w * 0.09)}" height="${String(h - 8)}" rx="5" fill="#1f4fa3"/><circle cx="${String(w * 0.045 + 4)}" cy="${String(h * 0.38)}" r="${String(w * 0.022)}" fill="#fff"/>`
      : '';
  const dirt = r.chance(0.3)
    ? `<rect width="${String(w)}" height="${String(h)}" rx="9" fill="#6b5d49" opacity="${r.real(0.06, 0.22).toFixed(2)}"/>`
    : '';
  page.svg(
    x,
    y,
    w,
    h,
    `<rect x="1" y="1" width="${String(w - 2)}" height="${String(h - 2)}" rx="9" fill="${back}" stroke="${front}" stroke-width="3"/>${strip}${bolts.join('')}`,
  );
  const ink = colour(front);
  const font = 'gothicBold' as const;
  const left = strip === '' ? 0 : w * 0.09;
  const middle = { font, colour: ink, align: 'centre' as const, x: x + left + (w - left) / 2 };
  if (style === 'green' || style === 'taxi') {
    page.text(`${p.region} ${p.front.slice(0, 2)}`, {
      ...middle,
      size: h * 0.3,
      y: y + h * 0.26,
      maxWidth: w * 0.62,
      spacing: 2,
    });
    page.text(`${p.letter} ${p.number}`, { ...middle, size: h * 0.6, y: y + h * 0.66, maxWidth: w * 0.92 });
  } else {
    page.text(`${p.front}${p.letter} ${p.number}`, {
      ...middle,
      size: h * 0.86,
      y: y + h * 0.53,
      maxWidth: (w - left) * 0.92,
      spacing: w * 0.004,
    });
  }
  if (dirt !== '') page.svg(x, y, w, h, dirt);
}

function bumper(page: Page, r: Draw, y: number, h: number): void {
  const { width: w, height: H } = page;
  const paint = colour(r.pick(PAINTS));
  const dark = mix(paint, [0, 0, 0], 0.45);
  const shade = `<linearGradient id="b" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${hex(mix(paint, [255, 255, 255], 0.25))}"/><stop offset=".5" stop-color="${hex(paint)}"/><stop offset="1" stop-color="${hex(dark)}"/></linearGradient>`;
  const grille = r.chance(0.5)
    ? Array.from(
        { length: 7 },
        (_, i) => `<rect x="60" y="${String(20 + i * 18)}" width="760" height="7" fill="#0c0d0f" opacity=".75"/>`,
      ).join('')
    : `<path d="M0 46 Q440 ${String(r.int(60, 120))} 880 46" fill="none" stroke="${hex(dark)}" stroke-width="7"/>`;
  page.svg(
    0,
    0,
    w,
    H,
    `<defs>${shade}</defs><rect width="880" height="${String(H)}" fill="url(#b)"/>${grille}<rect x="${String(w * 0.08)}" y="${String(y - 26)}" width="${String(w * 0.84)}" height="${String(h + 52)}" rx="20" fill="${hex(dark)}" opacity=".75"/><rect y="${String(H - 90)}" width="880" height="90" fill="#101113" opacity=".85"/>`,
  );
}

/** The back or front of a car before a street or a car park. */
function car(page: Page, r: Draw, y: number, cx: number, plateWidth: number): void {
  const { width: w, height: H } = page;
  const paint = colour(r.pick(PAINTS));
  const dark = hex(mix(paint, [0, 0, 0], 0.5));
  const rear = r.chance(0.6);
  const sky = r.pick(['#c8d6e2', '#9fb0bf', '#dfe3e6', '#4a5058', '#b9c4b4']);
  const road = r.pick(['#6d7074', '#55585c', '#83827d', '#3b3d41']);
  const half = plateWidth * r.real(1.15, 1.32);
  const top = y - H * r.real(0.36, 0.44);
  const low = Math.min(H - 30, y + H * 0.24);
  const box = (x: number, yy: number, ww: number, hh: number, rx: number, fill: string, more = '') =>
    `<rect x="${x.toFixed(1)}" y="${yy.toFixed(1)}" width="${ww.toFixed(1)}" height="${hh.toFixed(1)}" rx="${String(rx)}" fill="${fill}" ${more}/>`;
  const lamp = rear ? r.pick(['#a3161c', '#c22127', '#7d1014']) : '#eef2f5';
  const lampW = half * r.real(0.3, 0.44);
  const lampH = H * r.real(0.07, 0.12);
  const lampY = y - H * r.real(0.1, 0.16);
  const shade = `<linearGradient id="p" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${hex(mix(paint, [255, 255, 255], 0.3))}"/><stop offset="1" stop-color="${dark}"/></linearGradient>`;
  const roof = half * r.real(0.66, 0.8);
  const buildings = Array.from({ length: 5 }, (_, i) =>
    box(
      i * 190 + r.int(-20, 20),
      top - r.int(0, 120) + 40,
      r.int(80, 170),
      H,
      0,
      r.pick(['#8d949b', '#a7a29a', '#77808a', '#b5b9bb']),
      'opacity=".6"',
    ),
  );
  page.svg(
    0,
    0,
    w,
    H,
    `<defs>${shade}</defs><rect width="${String(w)}" height="${String(H)}" fill="${sky}"/>${buildings.join('')}<rect y="${String(y + H * 0.1)}" width="${String(w)}" height="${String(H)}" fill="${road}"/>
<ellipse cx="${String(cx)}" cy="${String(low + 12)}" rx="${String(half * 1.1)}" ry="22" fill="#000" opacity=".45"/>
${box(cx - half * 0.93, low - 74, half * 0.3, 88, 14, '#121214')}${box(cx + half * 0.63, low - 74, half * 0.3, 88, 14, '#121214')}
<path d="M${(cx - half * 0.92).toFixed(1)} ${String(lampY)} L${(cx - roof).toFixed(1)} ${String(top + 14)} Q${String(cx)} ${String(top - 22)} ${(cx + roof).toFixed(1)} ${String(top + 14)} L${(cx + half * 0.92).toFixed(1)} ${String(lampY)} Z" fill="url(#p)"/>
<path d="M${(cx - half * 0.78).toFixed(1)} ${String(lampY - 6)} L${(cx - roof * 0.88).toFixed(1)} ${String(top + 28)} Q${String(cx)} ${String(top)} ${(cx + roof * 0.88).toFixed(1)} ${String(top + 28)} L${(cx + half * 0.78).toFixed(1)} ${String(lampY - 6)} Z" fill="#1b242c"/><path d="M${(cx - half * 0.6).toFixed(1)} ${String(lampY - 8)} L${(cx - roof * 0.4).toFixed(1)} ${String(top + 26)} L${(cx - roof * 0.1).toFixed(1)} ${String(top + 20)} L${(cx - half * 0.2).toFixed(1)} ${String(lampY - 8)} Z" fill="#fff" opacity=".12"/>
${box(cx - half, lampY - 10, half * 2, low - lampY, 36, 'url(#p)')}
${box(cx - half + 10, lampY, lampW, lampH, 12, lamp, 'stroke="#22242a" stroke-width="3"')}${box(cx + half - 10 - lampW, lampY, lampW, lampH, 12, lamp, 'stroke="#22242a" stroke-width="3"')}
${rear ? box(cx - half * 0.5, lampY + 4, half, 6, 3, '#c9ccd0') : `${box(cx - half * 0.52, lampY, half * 1.04, lampH * 1.05, 10, '#121418')}`}
${box(cx - half * 0.96, low - 62, half * 1.92, 44, 18, '#17181b')}${rear ? box(cx - half * 0.8, low - 34, 60, 16, 8, '#8b9096') + box(cx + half * 0.8 - 60, low - 34, 60, 16, 8, '#8b9096') : ''}`,
  );
}
