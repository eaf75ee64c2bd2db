/** Cards: national identity card (8), driver's licence (5), passport page (9). */
import { bold } from '../fonts.ts';
import { INK, seal } from '../form.ts';
import { type Colour, colour, hex, mix, Page } from '../paper.ts';
import { portrait } from '../portrait.ts';
import { type Draw } from '../random.ts';
import { day, drawDay, latin, later, licenceNumber, person, region } from '../words.ts';
import { type Layout } from './layout.ts';

/** A shaded ground with fine waves and a large faint emblem, under the print of a card. */
function ground(page: Page, t: Draw, from: Colour, to: Colour, line: Colour): void {
  const { width: w, height: h } = page;
  const waves: string[] = [];
  const f = t.real(0.006, 0.014);
  const lift = t.real(10, 40);
  for (let k = -2; k < 26; k++) {
    let d = '';
    for (let x = 0; x <= w; x += 20)
      d += `${x === 0 ? 'M' : 'L'}${String(x)} ${(k * (h / 22) + lift * Math.sin(x * f + k * 0.35)).toFixed(1)} `;
    waves.push(`<path d="${d}"/>`);
  }
  const petals = Array.from(
    { length: 5 },
    (_, i) => `<ellipse cx="0" cy="-70" rx="42" ry="72" transform="rotate(${String(i * 72)})"/>`,
  );
  const shade = `<linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${hex(from)}"/><stop offset="1" stop-color="${hex(to)}"/></linearGradient>`;
  const emblem = `<g transform="translate(${String(w * t.real(0.42, 0.62))} ${String(h * 0.52)})" fill="${hex(line)}" opacity=".13">${petals.join('')}</g>`;
  page.svg(
    0,
    0,
    w,
    h,
    `<defs>${shade}</defs><rect width="${String(w)}" height="${String(h)}" fill="url(#g)"/><g fill="none" stroke="${hex(line)}" stroke-width="1" opacity=".3">${waves.join('')}</g>${emblem}`,
    1,
    true,
  );
}

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

const PASSPORT_GROUNDS: readonly (readonly [string, string, string])[] = [
  ['#f5eddc', '#e6eef0', '#b99f78'],
  ['#e7f0ee', '#f3ecdd', '#86aaa4'],
  ['#ece9f3', '#eaf2ee', '#9d93bd'],
];

export const passport: Layout = (r, form) => {
  const t = form('passport', r.int(0, 4));
  const two = r.chance(0.35);
  const top = two ? 560 : 0;
  const page = new Page(880, 616 + top, [240, 236, 226], 16);
  const [from, to, line] = t.pick(PASSPORT_GROUNDS).map(colour) as [Colour, Colour, Colour];
  ground(page, t, from, to, line);
  if (two) opposite(page, t, line, top);
  const who = person(r, 1950, 2010);
  const name = latin(who);
  const font = t.pick(['sans', 'gothic'] as const);
  const small = { font, size: 15, colour: mix(INK, line, 0.35) };
  const text = { font: bold(font), size: 24, colour: INK };
  const number = `M${r.digits(3)}${String.fromCharCode(65 + r.int(0, 25))}${r.digits(4)}`;
  page.text('여권  PASSPORT', { ...text, size: 25, x: 40, y: top + 40 });
  page.text('대한민국  REPUBLIC OF KOREA', { ...text, size: 23, x: 300, y: top + 40 });
  portrait(page, r, who.female, 40, top + 84, 224, 290);
  const issued = drawDay(r, 2014, 2025);
  const month = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
  const western = (d: { y: number; m: number; d: number }) =>
    `${String(d.d).padStart(2, '0')} ${month[d.m - 1] ?? ''} ${String(d.y)}`;
  const fields: [string, string, number, number][] = [
    ['종류 / Type', 'PM', 0, 0],
    ['발행국 / Issuing country', 'KOR', 140, 0],
    ['여권번호 / Passport No.', number, 350, 0],
    ['성 / Surname', name.surname, 0, 1],
    ['이름 / Given names', name.given, 0, 2],
    ['한글성명', who.name, 350, 2],
    ['국적 / Nationality', 'REPUBLIC OF KOREA', 0, 3],
    ['생년월일 / Date of birth', western(who.birth), 350, 3],
    ['성별 / Sex', who.female ? 'F' : 'M', 0, 4],
    ['발급일 / Date of issue', western(issued), 140, 4],
    ['발행관청 / Authority', 'MINISTRY OF FOREIGN AFFAIRS', 350, 4],
    ['기간만료일 / Date of expiry', western({ ...issued, y: issued.y + 10 }), 140, 5],
  ];
  for (const [caption, what, dx, line2] of fields) {
    page.text(caption, {
      ...small,
      x: 294 + dx,
      y: top + 82 + line2 * 62,
      maxWidth: dx === 350 ? 220 : dx === 140 ? 200 : 320,
    });
    page.text(what, {
      ...text,
      x: 294 + dx,
      y: top + 106 + line2 * 62,
      maxWidth: dx === 350 ? 216 : dx === 140 ? 196 : 320,
    });
  }
  machineZone(page, top, name, number, who.female, r);
  return { page, kind: 'card' };
};

/** Two lines of 44 characters in the form of a machine-readable zone; the check digits are not computed. */
function machineZone(
  page: Page,
  top: number,
  name: { surname: string; given: string },
  number: string,
  female: boolean,
  r: Draw,
): void {
  const lines = [
    `PMKOR${name.surname}<<${name.given}`.padEnd(44, '<').slice(0, 44),
    `${number}${r.digits(1)}KOR${r.digits(7)}${female ? 'F' : 'M'}${r.digits(7)}`.padEnd(42, '<').slice(0, 42) +
      r.digits(2),
  ];
  page.fill(0, top + 470, 880, 146, [250, 248, 242], 0.55);
  const step = 800 / 44;
  lines.forEach((line, i) => {
    // A fixed pitch: a letter a cell, as the reading machines want it.
    [...line].forEach((letter, k) => {
      page.text(letter, {
        font: 'gothicBold',
        size: 25,
        colour: INK,
        x: 40 + (k + 0.5) * step,
        y: top + 512 + i * 52,
        align: 'centre',
      });
    });
  });
}

/** The facing page with its emblem and a few lines of text. */
function opposite(page: Page, t: Draw, line: Colour, height: number): void {
  page.fill(0, 0, 880, height, mix(line, [255, 255, 255], 0.82));
  const petals = Array.from(
    { length: 5 },
    (_, i) => `<ellipse cx="0" cy="-52" rx="30" ry="54" transform="rotate(${String(i * 72)})"/>`,
  );
  page.svg(
    290,
    60,
    300,
    300,
    `<g transform="translate(150 150)" fill="none" stroke="${hex(line)}" stroke-width="5"><circle r="132"/>${petals.join('')}<circle r="22"/></g>`,
  );
  const text = { font: 'serif' as const, size: 20, colour: mix(INK, line, 0.3) };
  page.text('대한민국 국민인 이 여권 소지인이 아무 지장 없이 통행할 수 있도록', {
    ...text,
    x: 440,
    y: 410,
    align: 'centre',
  });
  page.text('하여 주시고 필요한 모든 편의 및 보호를 베풀어 주실 것을 요청합니다.', {
    ...text,
    x: 440,
    y: 444,
    align: 'centre',
  });
  page.text(t.pick(['외교부장관', '대한민국 외교부장관']), {
    ...text,
    font: 'serifBold',
    size: 25,
    x: 440,
    y: 498,
    align: 'centre',
  });
  page.fill(0, height - 5, 880, 5, mix(line, INK, 0.4));
  page.fill(0, height, 880, 14, [0, 0, 0], 0.08);
}
