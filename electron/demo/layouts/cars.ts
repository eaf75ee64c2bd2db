/** Cars: instrument clusters (2) and number plates on cars (16). These pages are whole pictures, not paper. */
import { type Colour, colour, hex, mix, Page } from '../paper.ts';
import { type Draw } from '../random.ts';
import { plate, type Plate, won } from '../words.ts';
import { type Layout, type Sheet } from './layout.ts';

const LIGHTS = ['#e8462b', '#f2a11b', '#34b35a', '#3a7bd5', '#f2d21b'];
const NEEDLES = ['#ff5a36', '#ffffff', '#ffd23f', '#5ad1ff', '#ff3b6b'];

export const dashboard: Layout = (r, form) =>
  r.weighted<Layout>([
    [twinDials, 5],
    [digital, 3],
    [oneDial, 2],
  ])(r, form);

interface Dial {
  x: number;
  y: number;
  radius: number;
  /** Numbers on the scale, evenly spread over the sweep. */
  marks: string[];
  at: number;
  needle: Colour;
  ring: Colour;
  face: Colour;
  caption: string;
  light: boolean;
}

const START = 135;
const SWEEP = 270;

function dial(page: Page, d: Dial): void {
  const n = d.marks.length - 1;
  const R = d.radius;
  const ink = d.light ? '#1c1c20' : '#f0f2f5';
  const ticks: string[] = [];
  for (let i = 0; i <= n * 5; i++) {
    const major = i % 5 === 0;
    const turn = START + (SWEEP * i) / (n * 5);
    ticks.push(
      `<rect x="${String(R * (major ? 0.8 : 0.86))}" y="${major ? '-2' : '-1'}" width="${String(R * (major ? 0.12 : 0.06))}" height="${major ? '4' : '2'}" transform="rotate(${turn.toFixed(1)})" fill="${i > n * 5 * 0.82 ? '#e0442e' : ink}"/>`,
    );
  }
  const turn = START + SWEEP * d.at;
  const shade = `<radialGradient id="f"><stop offset="0" stop-color="${hex(mix(d.face, d.light ? [255, 255, 255] : [70, 74, 84], 0.35))}"/><stop offset="1" stop-color="${hex(d.face)}"/></radialGradient>`;
  const body = `<defs>${shade}</defs><g transform="translate(${String(R + 8)} ${String(R + 8)})"><circle r="${String(R)}" fill="url(#f)" stroke="${hex(d.ring)}" stroke-width="7"/>${ticks.join('')}</g>`;
  page.svg(d.x - R - 8, d.y - R - 8, 2 * R + 16, 2 * R + 16, body);
  d.marks.forEach((mark, i) => {
    const angle = ((START + (SWEEP * i) / n) * Math.PI) / 180;
    page.text(mark, {
      font: 'sansBold',
      size: R * 0.13,
      colour: colour(ink),
      x: d.x + Math.cos(angle) * R * 0.66,
      y: d.y + Math.sin(angle) * R * 0.66,
      align: 'centre',
    });
  });
  page.text(d.caption, {
    font: 'sans',
    size: R * 0.1,
    colour: colour(ink),
    x: d.x,
    y: d.y + R * 0.36,
    align: 'centre',
  });
  const needle = `<g transform="translate(${String(R)} ${String(R)}) rotate(${turn.toFixed(1)})"><path d="M${String(-R * 0.16)} -4 L${String(R * 0.78)} -1.6 L${String(R * 0.78)} 1.6 L${String(-R * 0.16)} 4 Z" fill="${hex(d.needle)}"/><circle r="${String(R * 0.11)}" fill="#2a2b30" stroke="#55575f" stroke-width="2"/></g>`;
  page.svg(d.x - R, d.y - R, 2 * R, 2 * R, needle);
}

const speeds = (top: number, step: number) => Array.from({ length: top / step + 1 }, (_, i) => String(i * step));

function cabin(page: Page, r: Draw, light: boolean): void {
  const { width: w, height: h } = page;
  const top = light ? '#8d9198' : r.pick(['#1a1b1f', '#101114', '#24211f', '#1b2027']);
  const shade = `<linearGradient id="c" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${light ? '#5d6066' : '#060607'}"/></linearGradient>`;
  const wheel = r.chance(0.55)
    ? `<path d="M${String(w * 0.1)} ${String(h)} Q${String(w * 0.5)} ${String(h * r.real(0.62, 0.8))} ${String(w * 0.9)} ${String(h)}" fill="none" stroke="#08080a" stroke-width="${String(h * 0.1)}"/>`
    : '';
  page.svg(
    0,
    0,
    w,
    h,
    `<defs>${shade}</defs><rect width="${String(w)}" height="${String(h)}" fill="url(#c)"/><path d="M${String(w * 0.02)} ${String(h * 0.96)} Q${String(w * 0.03)} ${String(h * 0.05)} ${String(w * 0.3)} ${String(h * 0.06)} L${String(w * 0.7)} ${String(h * 0.06)} Q${String(w * 0.97)} ${String(h * 0.05)} ${String(w * 0.98)} ${String(h * 0.96)} Z" fill="#0a0a0c" opacity=".8"/>${wheel}`,
  );
}

function warnings(page: Page, r: Draw, x: number, y: number, w: number): void {
  const count = r.int(2, 7);
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    const ink = r.pick(LIGHTS);
    const cx = (i + 0.5) * (w / count);
    parts.push(
      r.pick([
        `<circle cx="${String(cx)}" cy="14" r="9" fill="none" stroke="${ink}" stroke-width="3"/><rect x="${String(cx - 1.5)}" y="8" width="3" height="8" fill="${ink}"/>`,
        `<path d="M${String(cx - 10)} 22 L${String(cx)} 4 L${String(cx + 10)} 22 Z" fill="none" stroke="${ink}" stroke-width="3"/>`,
        `<rect x="${String(cx - 11)}" y="7" width="22" height="14" rx="3" fill="none" stroke="${ink}" stroke-width="3"/>`,
        `<path d="M${String(cx - 11)} 14 l10 -9 v5 h11 v8 h-11 v5 z" fill="${ink}"/>`,
      ]),
    );
  }
  page.svg(x, y, w, 28, parts.join(''));
}

/** Kilometres driven, trip, temperature: the centre display. */
function display(page: Page, r: Draw, x: number, y: number, w: number, h: number): void {
  const back = r.pick(['#0d1218', '#1b2430', '#26190f', '#0b1a14', '#c9d6c2']);
  const dark = back !== '#c9d6c2';
  const ink = dark ? colour(r.pick(['#dfe7ee', '#f0a24a', '#8fd6c0', '#ff6a4d', '#9cc7ff'])) : colour('#20281d');
  page.svg(x, y, w, h, `<rect width="${String(w)}" height="${String(h)}" rx="10" fill="${back}"/>`);
  const text = {
    font: 'sans' as const,
    size: h * 0.1,
    colour: ink,
    align: 'centre' as const,
    x: x + w / 2,
    maxWidth: w * 0.86,
  };
  page.text(r.pick(['주행거리', '총 주행거리', 'ODO', '누적 거리']), { ...text, y: y + h * 0.16 });
  page.text(`${won(r.int(120, 289000))} km`, { ...text, font: 'sansBold', size: h * 0.19, y: y + h * 0.36 });
  page.text(
    r.pick([
      `구간 ${String(r.int(3, 900))}.${r.digits(1)} km`,
      `TRIP A ${String(r.int(3, 900))}.${r.digits(1)}`,
      `연비 ${String(r.int(6, 19))}.${r.digits(1)} km/L`,
    ]),
    { ...text, y: y + h * 0.6 },
  );
  page.text(`${r.pick(['P', 'D', 'N', 'R'])}   ${String(r.int(-12, 36))}°C`, {
    ...text,
    font: 'sansBold',
    y: y + h * 0.82,
  });
}

const twinDials: Layout = (r): Sheet => {
  const page = new Page(960, r.pick([560, 620, 700]), [16, 16, 18]);
  const light = r.chance(0.18);
  cabin(page, r, false);
  const face = light ? colour('#e9e6dc') : colour(r.pick(['#0c0d10', '#121722', '#16110e', '#101613']));
  const ring = colour(r.pick(['#5c6068', '#9aa0a8', '#3a3d44', '#b06a3a', '#2f5f8f']));
  const needle = colour(r.pick(NEEDLES));
  const radius = r.int(160, 184);
  const y = page.height * 0.5;
  const rpm = { marks: speeds(r.pick([7, 8]), 1), caption: 'x1000 r/min', at: r.real(0, 0.55) };
  const speed = {
    marks: speeds(r.pick([200, 220, 240, 260]), 20),
    caption: 'km/h',
    at: r.chance(0.4) ? 0 : r.real(0.02, 0.7),
  };
  const pair = r.chance(0.75) ? [rpm, speed] : [speed, rpm];
  pair.forEach((part, i) => {
    dial(page, { ...part, x: i === 0 ? 34 + radius : 926 - radius, y, radius, needle, ring, face, light });
  });
  display(page, r, 408, y - 118, 144, 200);
  warnings(page, r, 390, y + 112, 180);
  return { page, kind: 'picture' };
};

const oneDial: Layout = (r): Sheet => {
  const page = new Page(840, r.pick([630, 560]), [16, 16, 18]);
  cabin(page, r, false);
  const radius = r.int(210, 245);
  const y = page.height / 2;
  const look = {
    needle: colour(r.pick(NEEDLES)),
    ring: colour(r.pick(['#5c6068', '#9aa0a8', '#8a3b2f'])),
    face: colour(r.pick(['#0c0d10', '#131922', '#ece8dd'])),
  };
  const light = hex(look.face) === '#ece8dd';
  const left = r.chance(0.5);
  dial(page, {
    ...look,
    light,
    x: left ? 280 : 560,
    y,
    radius,
    marks: speeds(r.pick([180, 200, 220]), 20),
    at: r.real(0, 0.6),
    caption: 'km/h',
  });
  display(page, r, left ? 560 : 60, y - 130, 220, 210);
  warnings(page, r, left ? 556 : 56, y + 104, 230);
  return { page, kind: 'picture' };
};

/** A screen of figures: large speed, bars, a lane between two arcs. */
const digital: Layout = (r): Sheet => {
  const page = new Page(960, r.pick([480, 540, 600]), [8, 9, 12]);
  cabin(page, r, false);
  const { height: h } = page;
  const accent = colour(r.pick(['#39a9ff', '#ff7a3d', '#58d68d', '#b388ff', '#ff4d5e', '#e8edf2']));
  page.svg(
    60,
    h * 0.12,
    840,
    h * 0.74,
    `<rect width="840" height="${String(h * 0.74)}" rx="22" fill="#0a0e16" stroke="#23262d" stroke-width="4"/>`,
  );
  const y = h * 0.46;
  const arc = (cx: number, share: number, flip: boolean) => {
    const R = h * 0.25;
    const length = Math.PI * R * 1.5;
    return `<g transform="translate(${String(cx)} ${String(y)}) ${flip ? 'scale(-1 1)' : ''} rotate(135)" fill="none" stroke-width="${String(R * 0.13)}"><circle r="${String(R)}" stroke="#222936" stroke-dasharray="${String(length)} ${String(length)}"/><circle r="${String(R)}" stroke="${hex(accent)}" stroke-dasharray="${String(length * share)} ${String(length * 2)}"/></g>`;
  };
  const speed = r.chance(0.35) ? 0 : r.int(4, 138);
  page.svg(
    0,
    0,
    960,
    h,
    arc(250, speed / 220, false) +
      arc(710, r.real(0.05, 0.6), true) +
      `<path d="M440 ${String(h * 0.74)} L470 ${String(h * 0.44)} M520 ${String(h * 0.74)} L490 ${String(h * 0.44)}" stroke="#5d6675" stroke-width="4"/>`,
  );
  const text = { font: 'sans' as const, colour: colour('#eef2f6'), align: 'centre' as const };
  page.text(String(speed), { ...text, font: 'sansBold', size: h * 0.17, x: 250, y });
  page.text('km/h', { ...text, size: h * 0.045, x: 250, y: y + h * 0.12 });
  page.text(r.pick(['P', 'D', 'N', 'R', 'D3']), { ...text, font: 'sansBold', size: h * 0.14, x: 710, y });
  page.text(r.pick(['ECO', 'NORMAL', 'SPORT', '스마트', '표준']), {
    ...text,
    size: h * 0.045,
    colour: accent,
    x: 710,
    y: y + h * 0.12,
  });
  page.text(`${won(r.int(120, 199000))} km`, { ...text, font: 'sansBold', size: h * 0.06, x: 480, y: h * 0.22 });
  page.text(r.pick(['주행 가능 거리', '주행거리', '남은 거리']) + ` ${String(r.int(40, 620))} km`, {
    ...text,
    size: h * 0.042,
    x: 480,
    y: h * 0.3,
    maxWidth: 240,
  });
  page.text(`${String(r.int(-12, 36))}°C   ${String(r.int(1, 12))}:${String(r.int(10, 59))}`, {
    ...text,
    size: h * 0.045,
    x: 480,
    y: h * 0.8,
  });
  warnings(page, r, 110, h * 0.76, 220);
  if (r.chance(0.6)) warnings(page, r, 640, h * 0.76, 200);
  return { page, kind: 'picture' };
};

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
