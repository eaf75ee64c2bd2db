/** Bills: medical (6), payment confirmation (10), pharmacy (11). Columns of money in three shapes. */
import { bold } from '../fonts.ts';
import { barcode, drawLook, head, INK, type Look, type Row, seal, table, title, value } from '../form.ts';
import { colour, Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { type Draw } from '../random.ts';
import {
  address,
  amount,
  businessNumber,
  day,
  DEPARTMENTS,
  drawDay,
  drug,
  hospital,
  later,
  person,
  personName,
  pharmacy,
  phone,
  won,
} from '../words.ts';
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

/** A year's payments of one patient, a row a visit. */
export const paymentConfirmation: Layout = (r, form) => {
  const at = hospital(r);
  const t = form('payment', at.style % 12);
  const look = drawLook(t, r, 0);
  const page = new Page(A4.width, A4.height, paperTint(r));
  const who = person(r);
  const m = t.int(58, 84);
  const w = page.width - 2 * m;
  const y0 = t.int(90, 128);
  const text = { font: look.body, size: 15, colour: look.ink };
  title(
    page,
    look,
    t.pick(['진료비 납입 확인서', '진료비(약제비) 납입 확인서', '의료비 납입 증명서', '진료비 납부 확인서']),
    y0,
    t.int(30, 40),
    t.int(2, 12),
  );
  page.text(`제 ${r.digits(4)}-${r.digits(4)} 호`, { ...text, size: 13, x: m, y: y0 - 46 });
  const h = t.int(31, 38);
  const y1 = table(
    page,
    look,
    m,
    y0 + 56,
    [w * 0.16, w * 0.34, w * 0.18, w * 0.32],
    [
      { h, cells: [head('환자 성명'), value(who.name), head('주민등록번호'), value(who.resident)] },
      {
        h,
        cells: [
          head('등록번호'),
          value(r.digits(8)),
          head(t.pick(['용 도', '발급 용도'])),
          value(r.pick(['연말정산 제출용', '보험회사 제출용', '세무서 제출용'])),
        ],
      },
      { h, cells: [head('주 소'), value(who.address, { span: 3 })] },
    ],
  );
  const columns = t.pick([
    ['진료일자', '진료과', '급여', '비급여', '납입금액'],
    ['납입일자', '구분', '총진료비', '공단부담', '본인부담'],
    ['연 월', '입원/외래', '진료비 총액', '환자부담금', '수납액'],
  ]);
  const count = r.int(6, 17);
  const year = r.int(2019, 2025);
  const starts = Array.from({ length: count }, () => drawDay(r, year, year)).sort(
    (a, b) => a.m * 31 + a.d - b.m * 31 - b.d,
  );
  const sums = [0, 0, 0];
  const step = Math.min(h * 0.95, 600 / (count + 2));
  const body: Row[] = starts.map((when) => {
    const money = [amount(r, 3000, 160000), amount(r, 0, 90000)];
    const all = [money[0] ?? 0, money[1] ?? 0, (money[0] ?? 0) + (money[1] ?? 0)];
    all.forEach((n, k) => (sums[k] = (sums[k] ?? 0) + n));
    return {
      h: step,
      cells: [
        value(day(when), { align: 'centre' }),
        value(columns[1] === '진료과' ? r.pick(DEPARTMENTS) : r.pick(['외래', '외래', '입원']), { align: 'centre' }),
        ...all.map((n) => value(won(n), { align: 'right' })),
      ],
    };
  });
  const share = t.pick([
    [0.2, 0.2, 0.2, 0.2, 0.2],
    [0.18, 0.22, 0.2, 0.18, 0.22],
  ]);
  const end = table(
    page,
    look,
    m,
    y1 + t.int(10, 24),
    share.map((s) => s * w),
    [
      { h, cells: columns.map((name) => head(name)) },
      ...body,
      {
        h,
        cells: [
          head('합 계', { span: 2, bold: true }),
          ...sums.map((n) => value(won(n), { align: 'right', bold: true })),
        ],
      },
    ],
  );
  const last = Math.max(end + 210, page.height - t.int(90, 240));
  page.text(t.pick(['위와 같이 진료비를 납입하였음을 확인합니다.', '위 금액을 납입하였음을 증명합니다.']), {
    ...text,
    x: page.width / 2,
    y: end + 52,
    align: 'centre',
  });
  page.text(day(later({ y: year, m: 12, d: 28 }, r.int(1, 50)), 'kr'), {
    ...text,
    x: page.width / 2,
    y: last - 96,
    align: 'centre',
  });
  page.text(at.name + t.pick(['', '장', ' 대표']), {
    ...text,
    font: bold(look.body),
    size: 24,
    x: page.width / 2,
    y: last - 44,
    align: 'centre',
  });
  seal(
    page,
    r,
    `${at.name.slice(0, 7)}인`,
    page.width / 2 + at.name.length * 12 + 40 + r.int(-10, 16),
    last - 44 + r.int(-8, 8),
    t.int(60, 80),
  );
  page.text(`${at.address}   ☎ ${at.phone}`.replace('☎', '전화'), {
    ...text,
    size: 13,
    x: page.width / 2,
    y: last - 2,
    align: 'centre',
    maxWidth: w,
  });
  return { page, kind: 'sheet' };
};

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
          value(r.pick(['■ 카드   □ 현금   □ 현금영수증', '□ 카드   ■ 현금   □ 현금영수증']), { span: 3 }),
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
