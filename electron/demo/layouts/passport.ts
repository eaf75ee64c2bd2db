/** Passport page (9), alone or with the facing page. */
import { bold } from '../fonts.ts';
import { INK } from '../form.ts';
import { type Colour, colour, hex, mix, Page } from '../paper.ts';
import { portrait } from '../portrait.ts';
import { type Draw } from '../random.ts';
import { drawDay, latin, person } from '../words.ts';
import { type Layout } from './layout.ts';
import { ground } from './card-ground.ts';

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
