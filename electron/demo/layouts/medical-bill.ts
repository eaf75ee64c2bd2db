/** Medical bills (6): the statutory sheet and a slip of the counter. */
import { bold } from '../fonts.ts';
import { barcode, drawLook, head, INK, type Look, type Row, seal, table, title, value } from '../form.ts';
import { colour, Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { type Draw } from '../random.ts';
import { DEPARTMENTS } from '../vocabulary.ts';
import { address, amount, businessNumber, day, drawDay, hospital, later, person, personName, won } from '../words.ts';
import { A4, type Layout } from './layout.ts';

const BILL_ITEMS = [
  '진찰료',
  '입원료',
  '식대',
  '투약 및 조제료',
  '주사료',
  '마취료',
  '처치 및 수술료',
  '검사료',
  '영상진단료',
  '방사선치료료',
  '치료재료대',
  '재활·물리치료료',
  '정신요법료',
  'CT 진단료',
  'MRI 진단료',
  '초음파 진단료',
  '보철·교정료',
  '제증명수수료',
];

export const medicalBill: Layout = (r, form) => (r.chance(0.22) ? slip(r, form) : fullBill(r, form));

/** The statutory A4 sheet: items × (own share, insurer, uninsured) with a column of sums beside it. */
const fullBill: Layout = (r, form) => {
  const at = hospital(r);
  const t = form('bill', at.style % 12);
  const look = { ...drawLook(t, r, 0), size: t.real(12.5, 14) };
  const page = new Page(A4.width, A4.height, paperTint(r));
  const who = person(r);
  const from = drawDay(r, 2019, 2025);
  const days = r.chance(0.4) ? r.int(1, 14) : 0;
  const m = t.int(40, 62);
  const w = page.width - 2 * m;
  const y0 = t.int(56, 84);
  const inpatient = days > 0;
  page.text(`[${inpatient ? '■' : '□'}] 입원   [${inpatient ? '□' : '■'}] 외래`, {
    font: look.body,
    size: 14,
    colour: look.ink,
    x: m,
    y: y0,
  });
  title(
    page,
    look,
    t.pick(['진료비 계산서·영수증', '진료비 영수증', '진료비 계산서 · 영수증']),
    y0 + 26,
    t.int(27, 34),
    t.int(1, 8),
  );
  const c = (share: number) => w * share;
  const h = t.int(29, 34);
  let y = table(
    page,
    look,
    m,
    y0 + 64,
    [c(0.16), c(0.18), c(0.3), c(0.36)],
    [
      { h, cells: [head('환자등록번호'), head('환자 성명'), head('진료기간'), head('야간(공휴일)진료')] },
      {
        h,
        cells: [
          value(r.digits(8), { align: 'centre' }),
          value(who.name, { align: 'centre' }),
          value(`${day(from)} ~ ${day(later(from, days))}`, { align: 'centre' }),
          value('□ 야간   □ 공휴일', { align: 'centre' }),
        ],
      },
      { h, cells: [head('진료과목'), head('병실'), head('환자구분'), head('영수증번호')] },
      {
        h,
        cells: [
          value(at.department, { align: 'centre' }),
          value(inpatient ? String(r.int(201, 812)) : '-', { align: 'centre' }),
          value(r.pick(['건강보험', '의료급여 1종', '산재보험', '자동차보험']), { align: 'centre' }),
          value(`${r.digits(4)}-${r.digits(6)}`, { align: 'centre' }),
        ],
      },
    ],
  );
  y += t.int(0, 8);
  const side = t.chance(0.75) ? c(0.31) : 0;
  const main = w - side;
  const widths = [main * 0.05, main * 0.25, main * 0.18, main * 0.18, main * 0.17, main * 0.17];
  const items = BILL_ITEMS.slice(0, t.int(14, 18));
  const sums = [0, 0, 0, 0];
  const body: Row[] = items.map((name, i) => {
    const used = r.chance(i === 0 ? 1 : 0.4);
    const money = [0.3, 0.7, 0.15, 0.1].map((share, k) =>
      used && r.chance(k < 2 ? 0.9 : 0.3) ? amount(r, 800, 90000 * (share + 0.2)) : 0,
    );
    money.forEach((n, k) => (sums[k] = (sums[k] ?? 0) + n));
    const cells = [
      head(name, { align: 'left' }),
      ...money.map((n) => value(n === 0 ? '' : won(n), { align: 'right' })),
    ];
    return { h: h * 0.93, cells: i === 0 ? [head(`기\n본\n항\n목`, { down: items.length }), ...cells] : cells };
  });
  const rows: Row[] = [
    { h, cells: [head('항 목', { span: 2, down: 2 }), head('급 여', { span: 2 }), head('비 급 여', { span: 2 })] },
    { h, cells: [head('본인부담금'), head('공단부담금'), head('선택진료료'), head('그 외')] },
    ...body,
    {
      h: h * 1.2,
      cells: [
        head('합 계', { span: 2, bold: true }),
        ...sums.map((n) => value(won(n), { align: 'right', bold: true })),
      ],
    },
  ];
  const end = table(page, look, m, y, widths, rows);
  const own = (sums[0] ?? 0) + (sums[2] ?? 0) + (sums[3] ?? 0);
  if (side > 0) sumColumn(page, look, m + main, y, side, end - y, own, sums[1] ?? 0, r);
  billFoot(page, look, t, r, m, end + 14, w, at.name, own);
  return { page, kind: 'sheet' };
};

function sumColumn(
  page: Page,
  look: Look,
  x: number,
  y: number,
  w: number,
  h: number,
  own: number,
  insurer: number,
  r: Draw,
): void {
  const paid = r.chance(0.25) ? Math.floor(own / 2 / 10) * 10 : 0;
  const lines: [string, string][] = [
    ['진료비 총액', won(own + insurer)],
    ['공단부담 총액', won(insurer)],
    ['환자부담 총액', won(own)],
    ['이미 납부한 금액', won(paid)],
    ['납부할 금액', won(own - paid)],
  ];
  const each = (h * 0.62) / lines.length;
  const rows: Row[] = lines.flatMap(([name, sum], i) => [
    { h: each * 0.45, cells: [head(`${name} (${'①②③④⑤'[i] ?? ''})`.replace(/ \(.\)$/, ''), { span: 2 })] },
    { h: each * 0.55, cells: [value(sum, { align: 'right', span: 2, bold: true, size: look.size * 1.15 })] },
  ]);
  const kinds: [string, number][] = [
    ['카 드', r.chance(0.7) ? 1 : 0],
    ['현금영수증', 0],
    ['현 금', 0],
  ];
  const rest = (h * 0.38) / (kinds.length + 1);
  const index = kinds.findIndex(([, v]) => v === 1);
  rows.push(
    ...kinds.map(([name], i) => ({
      h: rest,
      cells: [head(name), value(i === (index < 0 ? 2 : index) ? won(own - paid) : '', { align: 'right' })],
    })),
  );
  rows.push({ h: rest, cells: [head('합 계'), value(won(own - paid), { align: 'right' })] });
  table(page, look, x, y, [w * 0.45, w * 0.55], rows);
}

function billFoot(
  page: Page,
  look: Look,
  t: Draw,
  r: Draw,
  m: number,
  y: number,
  w: number,
  name: string,
  _own: number,
): void {
  const rows: Row[] = [
    { h: 30, cells: [head('사업자등록번호'), value(businessNumber(r)), head('상 호'), value(name)] },
    { h: 30, cells: [head('사업장 소재지'), value(address(r, false)), head('대 표 자'), value(personName(r).name)] },
  ];
  const end = table(page, look, m, y, [w * 0.17, w * 0.4, w * 0.14, w * 0.29], rows);
  const text = { font: look.body, size: 14, colour: look.ink };
  page.text(day(drawDay(r, 2019, 2025), 'kr'), { ...text, x: page.width / 2, y: end + 30, align: 'centre' });
  seal(page, r, `${name.slice(0, 7)}인`, m + w - 60 + r.int(-16, 8), end - 16 + r.int(-8, 18), t.int(58, 76));
  const notes = [
    '※ 이 계산서·영수증은 소득세법에 따른 의료비 공제신청에 사용할 수 있습니다.',
    '※ 항목별 상세 내역은 진료비 세부산정내역을 요청하시기 바랍니다.',
    '※ 전액 본인부담이란 요양급여비용의 전부를 본인이 부담하는 경우를 말합니다.',
  ];
  notes.slice(0, t.int(1, 3)).forEach((note, i) => {
    page.text(note, { ...text, size: 12, x: m, y: end + 62 + i * 20, maxWidth: w });
  });
}

/** A narrow printed slip of the counter. */
const slip: Layout = (r, form) => {
  const at = hospital(r);
  const t = form('slip', at.style % 6);
  const look: Look = {
    ...drawLook(t, r, 0),
    title: 'gothicBold',
    body: 'gothic',
    fill: 'gothic',
    ink: INK,
    fillInk: colour('#2c2c32'),
    size: 17,
  };
  const page = new Page(520, 1000, colour(r.pick(['#fdfdfc', '#f7f6f2', '#f4f5f7'])));
  const text = { font: look.body, size: 17, colour: look.fillInk };
  title(page, look, t.pick(['진료비 영수증', '간이 진료비 영수증', '외래 진료비 영수증']), 62, 32, 3);
  page.text(at.name, { ...text, font: bold(look.body), size: 21, x: 260, y: 112, align: 'centre', maxWidth: 460 });
  page.text(at.address, { ...text, size: 14, x: 260, y: 142, align: 'centre', maxWidth: 470 });
  page.text(`TEL ${at.phone}   사업자 ${businessNumber(r)}`, {
    ...text,
    size: 14,
    x: 260,
    y: 166,
    align: 'centre',
    maxWidth: 470,
  });
  const who = person(r);
  const info: [string, string][] = [
    ['환자명', `${who.name} (${who.female ? '여' : '남'})`],
    ['등록번호', r.digits(8)],
    ['진료과', r.pick(DEPARTMENTS)],
    ['진료일', day(drawDay(r, 2019, 2025), 'dash')],
  ];
  let y = 204;
  page.rule(34, y - 14, 486, y - 14, INK, 2);
  for (const [name, what] of info) {
    y += 14;
    page.text(name, { ...text, x: 40, y });
    page.text(what, { ...text, x: 480, y, align: 'right', maxWidth: 300 });
    y += 18;
  }
  page.rule(34, y + 8, 486, y + 8, INK, 1.2);
  let sum = 0;
  y += 30;
  for (const name of r.sample(BILL_ITEMS, r.int(4, 9))) {
    const n = amount(r, 1000, 80000);
    sum += n;
    page.text(name, { ...text, x: 40, y });
    page.text(won(n), { ...text, x: 480, y, align: 'right' });
    y += 33;
  }
  page.rule(34, y - 8, 486, y - 8, INK, 2);
  const own = Math.round((sum * 0.3) / 100) * 100;
  for (const [name, n] of [
    ['진료비 총액', sum],
    ['공단부담금', sum - own],
    ['본인부담금', own],
    ['수납금액', own],
  ] as const) {
    y += 18;
    page.text(name, { ...text, font: bold(look.body), size: 19, x: 40, y });
    page.text(`${won(n)} 원`, { ...text, font: bold(look.body), size: 19, x: 480, y, align: 'right' });
    y += 18;
  }
  page.text(r.pick(['신용카드 승인', '현금 수납', '체크카드 승인']) + ` ${r.digits(4)}****`, {
    ...text,
    size: 15,
    x: 40,
    y: y + 30,
  });
  if (t.chance(0.6)) barcode(page, r, 120, Math.min(y + 66, 880), 280, 54);
  seal(page, r, `${at.name.slice(0, 4)}`, 420, Math.min(y + 50, 900), 66);
  return { page, kind: 'sheet' };
};
