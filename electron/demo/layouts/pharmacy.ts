/** Pharmacy receipts (11): the statutory half sheet, the printed medicine bag, a till roll. */
import { bold } from '../fonts.ts';
import { barcode, drawLook, head, type Look, type Row, seal, table, title, value } from '../form.ts';
import { colour, Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { type Draw } from '../random.ts';
import {
  address,
  amount,
  businessNumber,
  day,
  drawDay,
  drug,
  hospital,
  person,
  personName,
  pharmacy,
  phone,
  won,
} from '../words.ts';
import { type Layout } from './layout.ts';

export const pharmacyReceipt: Layout = (r, form) =>
  r.weighted([
    [pharmacySheet, 5],
    [pharmacyBag, 3],
    [pharmacySlip, 2],
  ])(r, form);

/** The statutory half sheet, wide or high. */
const pharmacySheet: Layout = (r, form) => {
  const shop = pharmacy(r);
  const t = form('pharmacy', shop);
  const look = drawLook(t, r, 0.1);
  const page = new Page(840, t.pick([640, 720, 1000]), paperTint(r));
  const tall = page.height > 800;
  const m = t.int(40, 66);
  const w = page.width - 2 * m;
  title(
    page,
    look,
    t.pick(['약제비 계산서·영수증', '약제비 영수증', '약제비 계산서 · 영수증']),
    tall ? 84 : 52,
    t.int(28, 34),
    t.int(1, 7),
  );
  const h = tall ? t.int(40, 46) : t.int(31, 35);
  const who = person(r);
  const y1 = table(
    page,
    look,
    m,
    tall ? 132 : 88,
    [w * 0.16, w * 0.34, w * 0.16, w * 0.34],
    [
      { h, cells: [head('성 명'), value(who.name), head('교부번호'), value(`${r.digits(8)} - ${r.digits(5)}`)] },
      {
        h,
        cells: [head('조제일자'), value(day(drawDay(r, 2019, 2025))), head('처방의료기관'), value(hospital(r).name)],
      },
    ],
  );
  const fee = [amount(r, 2000, 9000), amount(r, 1500, 60000), r.chance(0.3) ? amount(r, 1000, 20000) : 0] as const;
  const sum = fee[0] + fee[1] + fee[2];
  const own = Math.round((sum * 0.3) / 100) * 100;
  const lines: [string, number][] = [
    ['약제비 총액', sum],
    ['조제료', fee[0]],
    ['약품비', fee[1]],
    ['비급여', fee[2]],
    ['보험자부담금', sum - own],
    ['본인부담금', own],
  ];
  const end = table(
    page,
    look,
    m,
    y1 + 8,
    [w * 0.28, w * 0.24, w * 0.24, w * 0.24],
    [
      { h, cells: [head('구 분'), head('급여'), head('비급여'), head('계')] },
      ...lines.map(([name, n], i) => ({
        h,
        cells: [
          head(name, { bold: i === 5 }),
          value(i === 3 ? '' : won(n), { align: 'right' }),
          value(i === 3 && n > 0 ? won(n) : '', { align: 'right' }),
          value(won(n), { align: 'right', bold: i === 5 }),
        ],
      })),
      {
        h,
        cells: [
          head('수납방법'),
          value(r.pick(['■ 카드   □ 현금   □ 현금영수증', '□ 카드   ■ 현금   □ 현금영수증']), { span: 3, plain: true }),
        ],
      },
    ],
  );
  pharmacyFoot(page, look, r, shop, m, end, w);
  return { page, kind: 'sheet' };
};

function pharmacyFoot(page: Page, look: Look, r: Draw, shop: string, m: number, y: number, w: number): void {
  const text = { font: look.body, size: 14, colour: look.ink };
  const gap = Math.min(30, (page.height - y - 20) / 5);
  page.text(`사업자등록번호  ${businessNumber(r)}`, { ...text, x: m, y: y + gap });
  page.text(`상 호  ${shop}`, { ...text, font: bold(look.body), size: 18, x: m, y: y + gap * 2 });
  page.text(`대표약사  ${personName(r).name}`, { ...text, x: m + w * 0.42, y: y + gap * 2 });
  page.text(address(r, false), { ...text, x: m, y: y + gap * 3, maxWidth: w * 0.7 });
  page.text(day(drawDay(r, 2019, 2025), 'kr'), { ...text, x: m + w, y: y + gap * 3.7, align: 'right' });
  seal(page, r, `${shop}인`, m + w * 0.36 + r.int(-10, 10), y + gap * 2, Math.min(60, gap * 2.4));
}

/** The printed medicine bag: who takes what and when, with the receipt on it. */
const pharmacyBag: Layout = (r, form) => {
  const shop = pharmacy(r);
  const t = form('bag', shop);
  const look = drawLook(t, r, 0);
  const accent = colour(t.pick(['#2f7d5b', '#2b6cb0', '#b8552f', '#6b4fa0', '#1f8a8a']));
  const page = new Page(760, 1060, colour(r.pick(['#ffffff', '#fdfcf7', '#f6faf7'])));
  page.fill(0, 0, 760, 108, accent);
  page.text(t.pick(['복약안내 · 약제비 영수증', '약 봉투 (약제비 영수증)', '조제약 · 영수증']), {
    font: bold(look.body),
    size: 30,
    spacing: 3,
    colour: [255, 255, 255],
    x: 380,
    y: 56,
    align: 'centre',
  });
  const who = person(r);
  const text = { font: look.body, size: 19, colour: look.ink };
  page.text(`${who.name} 님`, { ...text, font: bold(look.body), size: 34, x: 44, y: 156 });
  page.text(`조제일 ${day(drawDay(r, 2019, 2025), 'dash')}`, { ...text, x: 716, y: 146, align: 'right' });
  page.text(`1일 ${String(r.int(1, 3))}회  ${String(r.int(2, 14))}일분  식후 30분`, {
    ...text,
    x: 716,
    y: 178,
    align: 'right',
  });
  const drugs = Array.from({ length: r.int(3, 6) }, () => drug(r));
  const rows: Row[] = drugs.map((name) => {
    const part = () => value(r.pick(['1', '1', '0.5', '2']), { align: 'centre' });
    return {
      h: 52,
      cells: [
        value(name),
        part(),
        part(),
        part(),
        value(r.pick(['해열 진통', '위장 보호', '항생제', '기침 가래', '알레르기', '근육 이완']), { align: 'centre' }),
      ],
    };
  });
  const end = table(
    page,
    { ...look, head: colour('#eef3f0') },
    40,
    214,
    [270, 76, 76, 76, 182],
    [{ h: 42, cells: ['약 품 명', '아침', '점심', '저녁', '효 능'].map((name) => head(name)) }, ...rows],
  );
  const sum = amount(r, 4000, 70000);
  const own = Math.round((sum * 0.3) / 100) * 100;
  page.text('약제비 영수증', { ...text, font: bold(look.body), size: 23, colour: accent, x: 44, y: end + 46 });
  const y2 = table(
    page,
    look,
    40,
    end + 72,
    [170, 170, 170, 170],
    [
      { h: 38, cells: [head('총 약제비'), head('보험자부담'), head('본인부담금'), head('수납금액')] },
      {
        h: 46,
        cells: [sum, sum - own, own, own].map((n, i) => value(won(n), { align: 'right', bold: i === 3, size: 18 })),
      },
    ],
  );
  page.text(shop, {
    ...text,
    font: bold(look.body),
    size: 32,
    colour: accent,
    x: 380,
    y: Math.min(y2 + 92, 960),
    align: 'centre',
  });
  page.text(`${address(r, false)}   ${phone(r, '02')}`, {
    ...text,
    size: 15,
    x: 380,
    y: Math.min(y2 + 136, 1004),
    align: 'centre',
    maxWidth: 660,
  });
  seal(page, r, shop, 560, Math.min(y2 + 92, 960), 64);
  return { page, kind: 'sheet' };
};

/** A till roll. */
const pharmacySlip: Layout = (r, form) => {
  const shop = pharmacy(r);
  const t = form('roll', shop);
  const page = new Page(440, t.int(820, 980), colour(r.pick(['#fbfbfa', '#f4f3ef', '#f5f6f9'])));
  const font = t.pick(['gothic', 'sans'] as const);
  const ink = colour(r.pick(['#26262b', '#33343c', '#3c3d52']));
  const text = { font, size: 18, colour: ink };
  page.text('약제비 영수증', { ...text, font: bold(font), size: 30, x: 220, y: 58, align: 'centre' });
  page.text(shop, { ...text, font: bold(font), size: 23, x: 220, y: 104, align: 'centre' });
  page.text(`사업자 ${businessNumber(r)}`, { ...text, size: 15, x: 220, y: 134, align: 'centre' });
  page.text(address(r, false), { ...text, size: 14, x: 220, y: 158, align: 'centre', maxWidth: 380 });
  page.text(
    `${day(drawDay(r, 2019, 2025), 'slash')}  ${String(r.int(9, 19))}:${r.digits(1)}${r.digits(1)}`.replace(
      /:([6-9])/,
      ':3',
    ),
    { ...text, size: 15, x: 220, y: 186, align: 'centre' },
  );
  let y = 222;
  page.rule(28, y - 14, 412, y - 14, ink, 1.4);
  for (let i = r.int(2, 6); i > 0; i--) {
    page.text(drug(r), { ...text, x: 30, y: y + 8, maxWidth: 250 });
    page.text(won(amount(r, 500, 16000)), { ...text, x: 410, y: y + 8, align: 'right' });
    y += 36;
  }
  page.rule(28, y, 412, y, ink, 1.4);
  const sum = amount(r, 6000, 60000);
  const own = Math.round((sum * 0.3) / 100) * 100;
  for (const [name, n] of [
    ['약제비 총액', sum],
    ['공단부담금', sum - own],
    ['본인부담금', own],
    ['카드 결제', own],
  ] as const) {
    y += 34;
    page.text(name, { ...text, font: bold(font), x: 30, y });
    page.text(won(n), { ...text, font: bold(font), x: 410, y, align: 'right' });
  }
  page.rule(28, y + 28, 412, y + 28, ink, 1.4);
  page.text('이용해 주셔서 감사합니다', { ...text, size: 16, x: 220, y: y + 58, align: 'centre' });
  barcode(page, r, 90, Math.min(y + 92, page.height - 90), 260, 52);
  return { page, kind: 'sheet' };
};
