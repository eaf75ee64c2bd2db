/** Payment confirmation (10). */
import { bold } from '../fonts.ts';
import { drawLook, head, type Row, seal, table, title, value } from '../form.ts';
import { Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { DEPARTMENTS } from '../vocabulary.ts';
import { amount, day, drawDay, hospital, later, person, won } from '../words.ts';
import { A4, type Layout } from './layout.ts';

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
