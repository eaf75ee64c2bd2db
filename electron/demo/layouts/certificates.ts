/**
 * The look-alikes: admission and discharge (3), diagnosis (4), outpatient certificate (7), statement of opinion (14).
 * A hospital prints all four on one template; they differ in the title and in a few rows.
 */
import { type Case, certificateRows, type Kind } from './certificate-rows.ts';
import { drawLook, type Look, type Row, seal, table, title } from '../form.ts';
import { bold } from '../fonts.ts';
import { Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { type Draw } from '../random.ts';
import { DISEASES, PURPOSES } from '../vocabulary.ts';
import { day, drawDay, hospital, later, person } from '../words.ts';
import { A4, type Layout } from './layout.ts';

const TITLES = {
  3: ['입퇴원 확인서', '입·퇴원 확인서', '입원 확인서', '입원 증명서', '입퇴원 사실 확인서'],
  4: ['진단서', '진 단 서', '일반 진단서', '상해 진단서'],
  7: ['통원 확인서', '통원진료 확인서', '진료 확인서', '통원 증명서', '외래 진료 확인서', '치료 확인서'],
  14: ['소견서', '소 견 서', '의사 소견서', '의견서', '진료 소견서'],
} as const;

const STATEMENTS: Readonly<Record<Kind, readonly string[]>> = {
  3: [
    '위와 같이 입퇴원하였음을 확인합니다.',
    '상기인은 위 기간 동안 본원에 입원 치료하였음을 증명합니다.',
    '위 사실을 확인함.',
  ],
  4: ['위와 같이 진단함.', '「의료법」에 따라 위와 같이 진단서를 발급합니다.', '상기와 같이 진단합니다.'],
  7: [
    '위와 같이 통원 치료하였음을 확인합니다.',
    '상기인은 위와 같이 본원에서 외래 진료를 받았음을 확인함.',
    '위 사실을 확인함.',
  ],
  14: ['위와 같은 소견입니다.', '상기와 같이 소견서를 발급합니다.', '위와 같이 소견함.'],
};

export const certificate =
  (kind: Kind): Layout =>
  (r, form) => {
    const at = hospital(r);
    const template = form('certificate', at.style % 18);
    const look = drawLook(template, r, 0.12);
    const from = drawDay(r, 2019, 2025);
    const days = r.int(2, 40);
    const issued = later(from, days + r.int(0, 30));
    const facts: Case = {
      kind,
      who: person(r),
      at,
      from,
      days,
      issued,
      diseases: r.sample(
        DISEASES,
        r.weighted([
          [1, 5],
          [2, 3],
          [3, 1],
        ]),
      ),
      purpose: r.pick(PURPOSES),
    };
    const page = new Page(A4.width, A4.height, paperTint(r));
    print(page, look, template, form('certificate foot', at.style % 18), r, facts);
    return { page, kind: 'sheet' };
  };

function print(page: Page, look: Look, t: Draw, foot: Draw, r: Draw, facts: Case): void {
  const margin = t.int(52, 92);
  const width = page.width - 2 * margin;
  const framed = t.chance(0.35);
  const titleY = t.int(118, 178);
  const spaced = t.int(4, 22);
  const underline = t.weighted([
    ['none', 5],
    ['line', 2],
    ['double', 2],
    ['box', 2],
  ]);
  const size = t.int(34, 46);
  const small = { font: look.body, size: 13, colour: look.ink };
  const text = TITLES[facts.kind][form(t, r, TITLES[facts.kind].length)] ?? '';
  title(page, look, text, titleY, size, spaced);
  const half = Math.min(width / 2, (text.length * (size + spaced)) / 2 + 24);
  const mid = page.width / 2;
  if (underline === 'line' || underline === 'double')
    page.rule(mid - half, titleY + size * 0.85, mid + half, titleY + size * 0.85, look.ink, 2);
  if (underline === 'double')
    page.rule(mid - half, titleY + size * 0.85 + 6, mid + half, titleY + size * 0.85 + 6, look.ink, 2);
  if (underline === 'box') page.box(mid - half, titleY - size * 0.9, half * 2, size * 1.8, look.ink, 2);
  page.text(t.pick(['등록번호', '병록번호', '환자번호']) + ` : ${r.digits(8)}`, {
    ...small,
    x: margin,
    y: titleY - 62,
  });
  page.text(t.pick(['연 번 호', '발급번호', '문서번호']) + ` : ${r.digits(4)}-${r.digits(3)}`, {
    ...small,
    x: page.width - margin,
    y: titleY - 62,
    align: 'right',
  });
  const row = t.int(37, 47);
  const caption = t.int(104, 138);
  const value2 = t.int(110, 150);
  const widths = [caption, width - caption - value2 - t.int(180, 220), value2];
  widths.push(width - widths.reduce((a, b) => a + b, 0));
  const top = titleY + size + t.int(34, 66);
  const list = shortened(certificateRows(look, t, r, facts, row), page.height - FOOT - top);
  footer(page, look, foot, r, facts, margin, table(page, look, margin, top, widths, list));
  if (framed)
    page.box(margin - 22, titleY - 84, width + 44, page.height - 28 - (titleY - 84), look.rule, look.ruleWidth * 1.6);
}

/** Height that statement, date, hospital and seal need. */
const FOOT = 330;

/** The tallest row gives way where the rows would not leave room for the foot. */
function shortened(list: Row[], room: number): Row[] {
  const total = list.reduce((sum, { h }) => sum + h, 0);
  const tallest = Math.max(...list.map(({ h }) => h));
  if (total <= room) return list;
  return list.map((row) => (row.h === tallest ? { ...row, h: tallest - (total - room) } : row));
}

/** The template prefers one title of the kind; a copy in five has another. */
function form(t: Draw, r: Draw, count: number): number {
  const own = t.int(0, 59) % count;
  return r.chance(0.2) ? r.int(0, count - 1) : own;
}

function footer(
  page: Page,
  look: Look,
  t: Draw,
  r: Draw,
  { kind, at, issued }: Case,
  margin: number,
  top: number,
): void {
  const mid = page.width / 2;
  const last = page.height - t.int(86, 130);
  const gap = Math.max(26, Math.min(46, (last - top) / 6));
  const text = { font: look.body, size: look.size + 1, colour: look.ink };
  page.text(t.pick(STATEMENTS[kind]), {
    ...text,
    x: mid,
    y: Math.min(top + gap * 1.3, last - 4 * gap),
    align: 'centre',
    maxWidth: page.width - 2 * margin,
  });
  page.text(day(issued, 'kr'), { ...text, x: mid, y: last - 3.1 * gap, align: 'centre' });
  const size = t.int(62, 84);
  if (t.chance(0.5)) {
    const name = { ...text, font: bold(look.body), size: t.int(21, 29) };
    page.text(`${at.name}${t.pick(['장', '', ' 원장'])}`, { ...name, x: mid, y: last - 1.5 * gap, align: 'centre' });
    seal(
      page,
      r,
      `${at.name.slice(0, 7)}인`,
      mid + (at.name.length * name.size) / 2 + 34 + r.int(-14, 14),
      last - 1.5 * gap + r.int(-8, 8),
      size,
    );
    page.text(`${at.address}   전화 ${at.phone}`, {
      ...text,
      size: 14,
      x: mid,
      y: last - 0.1 * gap,
      align: 'centre',
      maxWidth: page.width - 2 * margin,
    });
    page.text(`담당의사 ${at.doctor}   면허번호 제 ${at.licence} 호`, {
      ...text,
      size: 14,
      x: mid,
      y: last + 0.6 * gap,
      align: 'centre',
    });
    return;
  }
  const left = margin + t.int(20, 120);
  const line = Math.min(gap * 0.82, 34);
  const lines = [
    ['의료기관 명칭', at.name],
    ['주 소', at.address],
    ['전화 / 팩스', at.phone],
    ['의사 성명', `${at.doctor}  (면허번호 제${at.licence}호)`],
  ] as const;
  lines.forEach(([name, what], i) => {
    const y = last - 2.1 * gap + i * line;
    page.text(`${name} :`, { ...text, x: left + 112, y, align: 'right' });
    page.text(what, {
      ...text,
      font: i === 0 ? bold(look.body) : look.body,
      x: left + 124,
      y,
      maxWidth: page.width - margin - left - 124,
    });
  });
  seal(page, r, at.doctor + '의인', left + r.int(390, 450), last - 2.1 * gap + 3 * line + r.int(-8, 4), size * 0.75);
  if (t.chance(0.6))
    seal(
      page,
      r,
      `${at.name.slice(0, 7)}인`,
      left + 130 + at.name.length * 18 + r.int(0, 40),
      last - 2.1 * gap + r.int(-6, 10),
      size,
    );
}
