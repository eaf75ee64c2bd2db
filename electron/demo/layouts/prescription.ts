/** Prescription (12). */
import { barcode, drawLook, head, matrixCode, type Row, seal, table, title, value } from '../form.ts';
import { Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { DISEASES } from '../vocabulary.ts';
import { day, drawDay, drug, hospital, person, personName, pharmacy, phone } from '../words.ts';
import { A4, type Layout } from './layout.ts';

export const prescription: Layout = (r, form) => {
  const at = hospital(r);
  const t = form('prescription', at.style % 10);
  const look = { ...drawLook(t, r, 0.08), size: t.real(12.5, 14.5) };
  const page = new Page(A4.width, t.pick([1188, 1188, 1060]), paperTint(r));
  const m = t.int(40, 64);
  const w = page.width - 2 * m;
  const who = person(r);
  const when = drawDay(r, 2019, 2025);
  title(
    page,
    look,
    t.pick(['처 방 전', '처방전', '처 방 전 (약국보관용)', '처방전 (환자보관용)']),
    t.int(62, 84),
    t.int(32, 40),
    t.int(4, 18),
  );
  page.text(`[V] 건강보험  [ ] 의료급여  [ ] 산재보험  [ ] 자동차보험  [ ] 기타 (    )`, {
    font: look.body,
    size: 13,
    colour: look.ink,
    x: m,
    y: 124,
  });
  page.text(`요양기관기호 : ${r.digits(8)}`, {
    font: look.body,
    size: 13,
    colour: look.ink,
    x: m + w,
    y: 124,
    align: 'right',
  });
  const h = t.int(32, 38);
  let y = table(
    page,
    look,
    m,
    142,
    [w * 0.06, w * 0.14, w * 0.3, w * 0.07, w * 0.15, w * 0.28],
    [
      {
        h,
        cells: [
          head('교부번호', { span: 2 }),
          value(`${day(when, 'kr')} - 제 ${r.digits(5)} 호`),
          head('의료\n기관', { down: 4 }),
          head('명 칭'),
          value(at.name),
        ],
      },
      { h, cells: [head('환\n자', { down: 3 }), head('성 명'), value(who.name), head('전화번호'), value(at.phone)] },
      { h, cells: [head('주민등록번호'), value(who.resident), head('팩스번호'), value(phone(r, '02'))] },
      { h, cells: [head('연락처'), value(who.phone), head('E-mail'), value('')] },
    ],
  );
  const [, code] = r.pick(DISEASES);
  y = table(
    page,
    look,
    m,
    y,
    [w * 0.08, w * 0.08, w * 0.08, w * 0.12, w * 0.34, w * 0.3],
    [
      {
        h: h * 1.15,
        cells: [
          head('질병\n분류'),
          value(code.slice(0, 3), { align: 'centre' }),
          value(r.chance(0.4) ? r.pick(DISEASES)[1].slice(0, 3) : '', { align: 'centre' }),
          head('처방\n의료인'),
          value(`${at.doctor}  (서명 또는 날인)`),
          value(`면허번호 제 ${at.licence} 호`),
        ],
      },
    ],
  );
  seal(page, r, at.doctor + '의인', m + w * 0.52 + r.int(-20, 20), y - h * 0.55, 42);
  const count = r.int(2, 8);
  const lines = Math.max(count + 1, t.int(9, page.height > 1100 ? 14 : 11));
  const rows: Row[] = Array.from({ length: lines }, (_, i) => {
    const on = i < count;
    const n = (text: string) => value(on ? text : '', { align: 'centre' });
    return {
      h: h * 0.92,
      cells: [
        value(on ? `${r.digits(9)} ${drug(r)}` : i === count ? '                이 하 여 백' : ''),
        n(r.pick(['1', '0.5', '2', '1'])),
        n(r.pick(['3', '2', '1'])),
        n(String(r.int(2, 30))),
        ...(i === 0
          ? [value(r.pick(['식후 30분', '아침 식후', '취침 전', '식전 30분']), { down: lines, block: true })]
          : []),
      ],
    };
  });
  y = table(
    page,
    look,
    m,
    y,
    [w * 0.48, w * 0.11, w * 0.11, w * 0.11, w * 0.19],
    [
      {
        h: h * 1.2,
        cells: [
          head('처방 의약품의 명칭'),
          head('1회\n투약량'),
          head('1일\n투여횟수'),
          head('총\n투약일수'),
          head('용 법'),
        ],
      },
      ...rows,
      { h: h * 1.3, cells: [head('주사제 처방내역  ( [ ] 원내조제  [V] 원외처방 )'), value('', { span: 4 })] },
      {
        h,
        cells: [
          head(`사용기간   교부일부터 ( ${String(r.int(3, 7))} )일간`),
          value('사용기간 내에 약국에 제출하여야 합니다.', { span: 4, size: 12, plain: true }),
        ],
      },
    ],
  );
  y = table(
    page,
    look,
    m,
    y,
    [w * 0.08, w * 0.17, w * 0.33, w * 0.17, w * 0.25],
    [
      {
        h: h * 0.9,
        cells: [
          head('조\n제', { down: 3 }),
          head('조제기관 명칭'),
          value(r.chance(0.5) ? pharmacy(r) : ''),
          head('처방의 변경·수정'),
          value(''),
        ],
      },
      {
        h: h * 0.9,
        cells: [head('조 제 약 사'), value(r.chance(0.5) ? personName(r).name : ''), head('확인 내용'), value('')],
      },
      {
        h: h * 0.9,
        cells: [head('조제 연월일'), value(r.chance(0.5) ? day(when, 'kr') : ''), head('조 제 량'), value('')],
      },
    ],
  );
  if (t.chance(0.55)) {
    matrixCode(page, r, m + w - 76, Math.min(y + 10, page.height - 92), 72);
    barcode(page, r, m, Math.min(y + 20, page.height - 70), 230, 42);
  }
  return { page, kind: 'sheet' };
};
