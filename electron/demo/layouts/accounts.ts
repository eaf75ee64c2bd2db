/** Account numbers (0): the inside of a bankbook, a bank's certificate, a phone's banking screen, a card. */
import { bold } from '../fonts.ts';
import { barcode, drawLook, head, INK, seal, table, title, value } from '../form.ts';
import { colour, hex, mix, Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { BANKS } from '../vocabulary.ts';
import { accountNumber, address, amount, businessNumber, day, drawDay, later, person, won } from '../words.ts';
import { A4, type Layout } from './layout.ts';

export const account: Layout = (r, form) =>
  r.weighted([
    [bankbook, 5],
    [certificate, 4],
    [screen, 2],
  ])(r, form);

const PRODUCTS = [
  '자유입출금',
  '보통예금',
  '월급통장',
  '청년우대저축',
  '주거래통장',
  '정기적금',
  '입출금이 자유로운 예금',
];

/** The first opening of a bankbook: a printed half with the account, ruled lines below. */
const bankbook: Layout = (r, form) => {
  const [bank, ink] = r.pick(BANKS);
  const t = form('bankbook', bank);
  const accent = colour(ink);
  const pale = mix(accent, [255, 255, 255], t.real(0.78, 0.92));
  const page = new Page(860, t.pick([600, 640, 1120]), pale, 14);
  const font = t.pick(['sans', 'gothic'] as const);
  const text = { font, size: 22, colour: INK };
  const half = Math.min(page.height, 600);
  const lines = Array.from(
    { length: 24 },
    (_, i) => `<path d="M0 ${String(i * 28)} Q430 ${String(i * 28 + t.int(-30, 30))} 860 ${String(i * 28)}"/>`,
  );
  page.svg(0, 0, 860, half, `<g fill="none" stroke="${hex(accent)}" opacity=".16">${lines.join('')}</g>`);
  const band = t.chance(0.55);
  if (band) page.fill(0, 0, 860, 78, accent);
  page.text(bank, { ...text, font: bold(font), size: 33, colour: band ? [255, 255, 255] : accent, x: 48, y: 40 });
  page.text(r.pick(PRODUCTS), {
    ...text,
    size: 24,
    colour: band ? [255, 255, 255] : accent,
    x: 812,
    y: 40,
    align: 'right',
  });
  const who = person(r);
  const y = t.int(128, 152);
  page.text('계좌번호', { ...text, size: 20, colour: mix(accent, INK, 0.4), x: 48, y });
  page.text(accountNumber(r), { ...text, font: bold(font), size: 38, spacing: 1, x: 170, y });
  page.text('예금주', { ...text, size: 20, colour: mix(accent, INK, 0.4), x: 48, y: y + 66 });
  page.text(`${who.name} 님`, { ...text, font: bold(font), size: 33, x: 170, y: y + 66 });
  const opened = drawDay(r, 2009, 2025);
  const facts: [string, string][] = [
    ['신규일', day(opened, 'dot')],
    ['발행일', day(later(opened, r.int(0, 300)), 'dot')],
    ['개설점', `${r.pick(['한들', '새봄', '강변', '솔숲', '은하'])}지점 (${r.digits(4)})`],
    ['통장 종류', r.pick(PRODUCTS)],
  ];
  facts.forEach(([name, what], i) => {
    page.text(name, { ...text, size: 18, colour: mix(accent, INK, 0.4), x: 48, y: y + 134 + i * 38 });
    page.text(what, { ...text, size: 21, x: 170, y: y + 134 + i * 38, maxWidth: 330 });
  });
  page.box(560, y + 112, 252, 150, accent, 1.5);
  page.text('거래 인감 / 서명', {
    ...text,
    size: 16,
    colour: mix(accent, INK, 0.4),
    x: 686,
    y: y + 132,
    align: 'centre',
  });
  if (r.chance(0.75)) seal(page, r, who.name + '인', 686 + r.int(-20, 20), y + 198, 76);
  else
    page.text(who.name, {
      ...text,
      font: 'pen',
      size: 54,
      colour: colour('#1a2d7a'),
      x: 686,
      y: y + 198,
      align: 'centre',
    });
  seal(page, r, `${bank.slice(0, 4)}`, 450 + r.int(-20, 20), y + 220, 66);
  page.fill(0, half - 118, 860, 118, mix(accent, [255, 255, 255], 0.35), 0.35);
  page.text('이 예금은 예금자보호법에 따라 원금과 소정의 이자를 합하여 보호됩니다.', {
    ...text,
    size: 17,
    x: 48,
    y: half - 82,
  });
  barcode(page, r, 560, half - 62, 252, 40);
  if (page.height > 700) transactions(page, r, accent, font);
  return { page, kind: 'card' };
};

function transactions(
  page: Page,
  r: Parameters<Layout>[0],
  accent: readonly [number, number, number],
  font: 'sans' | 'gothic',
): void {
  page.fill(0, 600, 860, 6, mix(accent, INK, 0.3));
  const columns = [34, 180, 330, 480, 640, 826];
  const pale = mix(accent, [255, 255, 255], 0.6);
  for (let i = 0; i < 12; i++) if (i % 2 === 0) page.fill(34, 652 + i * 36, 792, 36, pale, 0.45);
  ['거래일', '적요', '찾으신 금액', '맡기신 금액', '남은 금액'].forEach((name, i) => {
    page.text(name, {
      font,
      size: 17,
      colour: mix(accent, INK, 0.3),
      x: ((columns[i] ?? 0) + (columns[i + 1] ?? 0)) / 2,
      y: 632,
      align: 'centre',
    });
  });
  for (const x of columns) page.rule(x, 614, x, 1084, accent, 1);
  let rest = amount(r, 100000, 3000000);
  let when = drawDay(r, 2023, 2025);
  for (let i = r.int(3, 10), y = 670; i > 0; i--, y += 36) {
    const out = r.chance(0.6);
    const n = Math.min(amount(r, 1000, 300000), rest - 10);
    rest += out ? -n : n;
    const cell = { font, size: 17, colour: INK, y };
    page.text(day(when, 'dash').slice(2), { ...cell, x: 46 });
    page.text(r.pick(['카드대금', '급여', '이체', '현금', '공과금', '이자', '자동이체']), { ...cell, x: 196 });
    page.text(won(n), { ...cell, x: out ? 470 : 630, align: 'right' });
    page.text(won(rest), { ...cell, x: 816, align: 'right' });
    when = later(when, r.int(1, 12));
  }
}

/** A letter of the bank: the account's existence confirmed. */
const certificate: Layout = (r, form) => {
  const [bank, ink] = r.pick(BANKS);
  const t = form('account-certificate', bank);
  const look = drawLook(t, r, 0);
  const accent = colour(ink);
  const page = new Page(A4.width, A4.height, paperTint(r));
  const m = t.int(64, 96);
  const w = page.width - 2 * m;
  if (t.chance(0.5)) page.fill(0, 0, page.width, t.int(14, 34), accent);
  page.text(bank, { font: bold(look.body), size: 27, colour: accent, x: t.chance(0.5) ? m : m + w - 150, y: 84 });
  title(
    page,
    look,
    t.pick(['통장 사본', '계좌개설 확인서', '예금 계좌 확인서', '통장사본 (계좌확인용)']),
    176,
    t.int(34, 42),
    t.int(4, 14),
  );
  const who = person(r);
  const h = t.int(46, 60);
  const opened = drawDay(r, 2009, 2025);
  const fields: [string, string, boolean?][] = [
    ['예금주', who.name],
    ['계좌번호', accountNumber(r), true],
    ['금융기관', bank],
    ['예금종류', r.pick(PRODUCTS)],
    ['개설일자', day(opened, 'kr')],
    ['개설지점', `${r.pick(['한들', '새봄', '강변', '솔숲', '은하'])}지점`],
  ];
  const extra: [string, string][] = [
    ['생년월일', day(who.birth, 'dot')],
    ['계좌상태', '정상'],
    ['통화', 'KRW'],
    ['사업자번호', businessNumber(r)],
  ];
  fields.push(...extra.slice(0, t.int(0, 4)));
  const end = table(
    page,
    { ...look, head: mix(accent, [255, 255, 255], t.real(0.82, 1)) },
    m,
    t.int(248, 320),
    [w * 0.3, w * 0.7],
    fields.map(([name, what, strong]) => ({
      h,
      cells: [
        head(name),
        value(what, { bold: strong === true, size: strong === true ? look.size * 1.3 : look.size * 1.08 }),
      ],
    })),
  );
  const text = { font: look.body, size: 17, colour: look.ink };
  page.text(
    t.pick([
      '위 계좌가 당행에 개설되어 있음을 확인합니다.',
      '상기와 같이 계좌가 개설되었음을 확인합니다.',
      '위 통장 사본은 원본과 다름없음을 확인합니다.',
    ]),
    { ...text, x: page.width / 2, y: end + 70, align: 'centre' },
  );
  page.text(day(later(opened, r.int(1, 300)), 'kr'), { ...text, x: page.width / 2, y: end + 140, align: 'centre' });
  page.text(`${bank} ${r.pick(['한들', '새봄', '강변'])}지점장`, {
    ...text,
    font: bold(look.body),
    size: 25,
    x: page.width / 2,
    y: end + 216,
    align: 'centre',
  });
  seal(page, r, `${bank.slice(0, 5)}장인`, page.width / 2 + 176 + r.int(-12, 20), end + 212, t.int(66, 86));
  page.rule(m, page.height - 100, m + w, page.height - 100, accent, 2);
  page.text(`${address(r, false)}   고객센터 1588-****`, {
    ...text,
    size: 13,
    x: page.width / 2,
    y: page.height - 74,
    align: 'centre',
    maxWidth: w,
  });
  return { page, kind: 'sheet' };
};

/** A screen capture of a banking application. */
const screen: Layout = (r, form) => {
  const [bank, ink] = r.pick(BANKS);
  const t = form('screen', bank);
  const accent = colour(ink);
  const page = new Page(600, 1180, [246, 247, 249]);
  const font = 'sans' as const;
  const text = { font, size: 22, colour: INK };
  page.text(`${String(r.int(8, 21))}:${String(r.int(10, 59))}`, { ...text, font: 'sansBold', size: 19, x: 34, y: 28 });
  page.svg(
    520,
    16,
    50,
    24,
    '<rect x="1" y="3" width="40" height="18" rx="5" fill="none" stroke="#222" stroke-width="2"/><rect x="4" y="6" width="28" height="12" rx="2" fill="#222"/>',
  );
  page.text('통장 사본', { ...text, font: 'sansBold', size: 26, x: 300, y: 86, align: 'centre' });
  page.svg(28, 70, 30, 32, '<path d="M22 4 L8 16 L22 28" fill="none" stroke="#222" stroke-width="3.5"/>');
  const who = person(r);
  page.svg(
    34,
    140,
    532,
    300,
    `<rect width="532" height="300" rx="26" fill="${hex(accent)}"/><circle cx="470" cy="40" r="130" fill="#fff" opacity=".1"/>`,
  );
  const white = { ...text, colour: [255, 255, 255] as const };
  page.text(bank, { ...white, font: 'sansBold', size: 29, x: 70, y: 192 });
  page.text(r.pick(PRODUCTS), { ...white, x: 70, y: 236 });
  page.text(accountNumber(r), { ...white, font: 'sansBold', size: 34, x: 70, y: 320, maxWidth: 460 });
  page.text(`예금주  ${who.name}`, { ...white, x: 70, y: 376 });
  const rows: [string, string][] = [
    ['예금주', who.name],
    ['개설일', day(drawDay(r, 2012, 2025), 'dot')],
    ['개설점', `${r.pick(['모바일', '한들', '새봄'])}지점`],
    ['계좌상태', '정상'],
    ['발급일시', day(drawDay(r, 2024, 2025), 'dot')],
  ];
  page.svg(34, 472, 532, 400, '<rect width="532" height="400" rx="26" fill="#fff"/>');
  rows.forEach(([name, what], i) => {
    page.text(name, { ...text, colour: [120, 124, 132], x: 70, y: 526 + i * 72 });
    page.text(what, { ...text, font: 'sansBold', x: 530, y: 526 + i * 72, align: 'right' });
  });
  seal(page, r, bank.slice(0, 4), 470, 232, 62);
  page.svg(
    34,
    1040,
    532,
    84,
    `<rect width="532" height="84" rx="20" fill="${hex(t.chance(0.6) ? accent : mix(accent, INK, 0.4))}"/>`,
  );
  page.text(t.pick(['이미지 저장', '공유하기', '계좌번호 복사']), {
    ...white,
    font: 'sansBold',
    size: 25,
    x: 300,
    y: 1082,
    align: 'centre',
  });
  page.paragraph('본 통장 사본은 계좌 확인 용도로만 사용할 수 있으며 법적 효력은 없습니다.', {
    ...text,
    size: 17,
    colour: [140, 144, 152],
    x: 60,
    y: 910,
    width: 480,
    maxHeight: 80,
    align: 'centre',
  });
  return { page, kind: r.chance(0.6) ? 'picture' : 'card' };
};
