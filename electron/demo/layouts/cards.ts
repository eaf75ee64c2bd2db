/** Cards: national identity card (8), driver's licence (5). */
import { bold } from '../fonts.ts';
import { INK, seal } from '../form.ts';
import { type Colour, colour, hex, mix, Page } from '../paper.ts';
import { portrait } from '../portrait.ts';
import { type Draw } from '../random.ts';
import { day, drawDay, later, licenceNumber, person, region } from '../words.ts';
import { type Layout } from './layout.ts';
import { ground } from './card-ground.ts';

const ID_GROUNDS: readonly (readonly [string, string, string])[] = [
  ['#e9f2ea', '#f4efe0', '#8fb79a'],
  ['#e6eef6', '#eef3e8', '#8aa9c9'],
  ['#f1ecf2', '#e8f1ee', '#b49cc0'],
  ['#eef3ee', '#e3ecea', '#79a8a0'],
];

export const identityCard: Layout = (r, form) => {
  const t = form('identity', r.int(0, 5));
  const page = new Page(860, 542, [238, 242, 238], 28);
  const [from, to, line] = t.pick(ID_GROUNDS).map(colour) as [Colour, Colour, Colour];
  ground(page, t, from, to, line);
  const who = person(r, 1945, 2006);
  const font = t.pick(['sans', 'gothic'] as const);
  const text = { font, size: 27, colour: INK };
  const x = 58;
  page.text('주민등록증', { ...text, font: bold(font), size: 47, spacing: t.int(2, 12), x, y: 74 });
  if (t.chance(0.5))
    page.text('RESIDENT REGISTRATION CARD', { ...text, size: 15, colour: mix(INK, line, 0.4), x, y: 114 });
  const y = t.int(164, 182);
  page.text(`${who.name}`, { ...text, font: bold(font), size: 37, spacing: 4, x, y });
  page.text(who.resident, { ...text, size: 32, x, y: y + 58 });
  page.paragraph(who.address.replace(', ', '\n'), { ...text, size: 23, x, y: y + 96, width: 420, maxHeight: 104 });
  const [province, town] = region(r);
  const office = `${province} ${town}${town.endsWith('구') ? '청장' : '장'}`;
  const left = t.chance(0.6) ? 330 : 430;
  page.text(day(drawDay(r, 2000, 2025), 'dot'), { ...text, size: 23, x: left, y: 438, align: 'centre' });
  page.text(office, { ...text, font: bold(font), size: 29, x: left, y: 484, align: 'centre', maxWidth: 520 });
  seal(page, r, office.replace(/ /g, '').slice(-6) + '인', Math.min(left + office.length * 13 + 30, 640), 482, 58);
  const px = t.int(592, 612);
  portrait(page, r, who.female, px, 84, 200, 258);
  if (t.chance(0.45)) ghost(page, r, px + 36, 372, line);
  return { page, kind: 'card' };
};

/** The shimmering patch of a card: rings in faint colours. */
function ghost(page: Page, r: Draw, x: number, y: number, ink: Colour): void {
  const rings = Array.from(
    { length: 6 },
    (_, i) =>
      `<circle cx="60" cy="60" r="${String(12 + i * 8)}" stroke="${i % 2 ? hex(ink) : r.pick(['#d8b15a', '#7bb7c9', '#c78fb3'])}"/>`,
  );
  page.svg(x, y, 120, 120, `<g fill="none" stroke-width="4" opacity=".45">${rings.join('')}</g>`);
}

const LICENCE_GROUNDS: readonly (readonly [string, string, string])[] = [
  ['#f3eef6', '#e2eef7', '#a99ac2'],
  ['#fdf3e4', '#e9f3ea', '#d1a86a'],
  ['#e5f1f5', '#f5eee6', '#7fa9b8'],
  ['#fbe9ea', '#eef0f8', '#cc9aa4'],
];
const KINDS = ['1종 보통', '2종 보통', '1종 대형', '2종 소형', '1종 보통 / 2종 소형'];

export const driverLicence: Layout = (r, form) => {
  const t = form('licence', r.int(0, 5));
  const page = new Page(860, 542, [240, 240, 242], 28);
  const [from, to, line] = t.pick(LICENCE_GROUNDS).map(colour) as [Colour, Colour, Colour];
  ground(page, t, from, to, line);
  const band = t.chance(0.5);
  if (band) page.fill(0, 0, 860, 84, mix(line, [255, 255, 255], 0.35));
  const who = person(r, 1948, 2005);
  const font = t.pick(['sans', 'gothic'] as const);
  const text = { font, size: 25, colour: INK };
  page.text('자동차운전면허증', { ...text, font: bold(font), size: 37, spacing: t.int(0, 6), x: 46, y: 44 });
  page.text(t.pick(["(Driver's License)", "Driver's Licence", '(Driver License)']), {
    ...text,
    size: 19,
    x: t.chance(0.5) ? 620 : 470,
    y: 48,
    maxWidth: 220,
  });
  portrait(page, r, who.female, 46, 102, 196, 252);
  const x = 276;
  page.text(r.pick(KINDS), {
    ...text,
    font: bold(font),
    size: 25,
    colour: mix(colour('#8a2f6b'), INK, t.unit()),
    x,
    y: 122,
  });
  page.text(licenceNumber(r), {
    ...text,
    font: bold(font),
    size: 35,
    spacing: 1,
    colour: colour('#1d3f8f'),
    x,
    y: 168,
  });
  page.text(who.name, { ...text, font: bold(font), size: 33, x, y: 220 });
  page.text(who.resident, { ...text, size: 27, x, y: 264 });
  page.paragraph(who.address.replace(', ', '\n'), { ...text, size: 21, x, y: 292, width: 430, maxHeight: 66 });
  const from2 = drawDay(r, 2015, 2025);
  page.text('적성검사', { ...text, size: 19, x, y: 386 });
  page.text(
    `기    간 : ${day(from2, 'dot')} ~ ${day({ ...later(from2, 28 * 11), y: from2.y + r.int(8, 10) }, 'dot')}`.replace(
      '기    간',
      '기간',
    ),
    { ...text, size: 21, x: x + 84, y: 386, maxWidth: 470 },
  );
  page.text(`조건 : ${r.pick(['A (자동변속기)', 'B (의수)', '없음', 'A', 'E (보청기)'])}`, {
    ...text,
    size: 20,
    x,
    y: 420,
  });
  page.text(day(from2, 'dot'), { ...text, size: 22, x: 560, y: 462, align: 'centre' });
  const [province] = region(r);
  const office = `${province}경찰청장`;
  page.text(office, { ...text, font: bold(font), size: 28, x: 560, y: 504, align: 'centre', maxWidth: 380 });
  seal(page, r, office.slice(-6) + '인', Math.min(812, 560 + office.length * 14 + 22), 494, 58);
  page.text(
    `${String.fromCharCode(65 + r.int(0, 25))}${r.digits(1)}${String.fromCharCode(65 + r.int(0, 25))}${r.digits(3)}`,
    { ...text, size: 22, x: 144, y: 384, align: 'centre' },
  );
  page.svg(70, 402, 150, 110, truck(t, line));
  if (t.chance(0.6)) ghostFace(page, r, who.female, 726, 236);
  return { page, kind: 'card' };
};

function ghostFace(page: Page, r: Draw, female: boolean, x: number, y: number): void {
  portrait(page, r, female, x, y, 84, 108);
  page.fill(x, y, 84, 108, [236, 238, 244], 0.55);
}

const truck = (t: Draw, line: Colour) =>
  `<g fill="none" stroke="${hex(mix(line, INK, 0.3))}" stroke-width="4" opacity="${t.real(0.25, 0.5).toFixed(2)}"><path d="M10 74 V52 Q10 44 20 44 L36 22 Q40 16 50 16 H92 Q100 16 106 24 L122 44 Q140 46 140 56 V74 Z"/><circle cx="40" cy="76" r="14"/><circle cx="110" cy="76" r="14"/></g>`;
