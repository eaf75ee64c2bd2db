/** Instrument clusters (2): whole pictures, not paper. */
import { type Colour, colour, hex, mix, Page } from '../paper.ts';
import { type Draw } from '../random.ts';
import { won } from '../words.ts';
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
  const radius = r.int(150, 166);
  const y = page.height * 0.5;
  const rpm = { marks: speeds(r.pick([7, 8]), 1), caption: 'x1000 r/min', at: r.real(0, 0.55) };
  const speed = {
    marks: speeds(r.pick([200, 220, 240, 260]), 20),
    caption: 'km/h',
    at: r.chance(0.4) ? 0 : r.real(0.02, 0.7),
  };
  const pair = r.chance(0.75) ? [rpm, speed] : [speed, rpm];
  pair.forEach((part, i) => {
    dial(page, { ...part, x: i === 0 ? 58 + radius : 902 - radius, y, radius, needle, ring, face, light });
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
