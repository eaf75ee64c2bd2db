/** Forms to fill in: pregnancy medical expenses (1), prescription (12), résumé (13), vehicle registration (15). */
import { bold } from '../fonts.ts';
import { barcode, drawLook, head, type Look, matrixCode, type Row, seal, table, title, value } from '../form.ts';
import { type Colour, colour, Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { portrait } from '../portrait.ts';
import { type Draw } from '../random.ts';
import {
  accountNumber,
  address,
  BANKS,
  CARS,
  CERTIFICATES,
  COMPANIES,
  day,
  drawDay,
  DISEASES,
  drug,
  hospital,
  JOBS,
  later,
  MAJORS,
  MAKERS,
  person,
  personName,
  pharmacy,
  phone,
  plate,
  region,
  SCHOOLS,
} from '../words.ts';
import { A4, type Layout } from './layout.ts';

export const pregnancyForm: Layout = (r, form) => {
  const t = form('pregnancy', r.int(0, 3));
  const look = {
    ...drawLook(t, r, 0.55),
    size: t.real(13, 14.5),
    head: colour(t.pick(['#e9f0e4', '#f0e6ea', '#e8edf3', '#eeeeee'])),
  };
  const page = new Page(A4.width, A4.height, paperTint(r));
  const m = t.int(44, 64);
  const w = page.width - 2 * m;
  const who = person(r, 1982, 2002);
  const at = hospital(r);
  const text = { font: look.body, size: 12, colour: look.ink };
  const due = drawDay(r, 2023, 2026);
  page.text('■ 국민건강보험법 시행규칙 [별지 제12호서식]', { ...text, x: m, y: 44 });
  title(page, look, '건강보험 임신·출산 진료비 지급 신청서', 92, t.int(25, 30), t.int(0, 3));
  page.text('※ 뒤쪽의 유의사항을 읽고 작성하시기 바라며, [ ]에는 해당되는 곳에 √표를 합니다.'.replace('√', 'V'), {
    ...text,
    x: m,
    y: 130,
    maxWidth: w * 0.76,
  });
  page.text('(앞쪽)', { ...text, x: m + w, y: 130, align: 'right' });
  const h = t.int(34, 40);
  const c = [w * 0.15, w * 0.14, w * 0.26, w * 0.17, w * 0.28];
  const mark = (on: boolean) => (on ? '[V]' : '[ ]');
  const born = r.chance(0.4);
  const rows: Row[] = [
    {
      h: h * 0.8,
      cells: [
        head('접수번호'),
        value(r.chance(0.4) ? r.digits(7) : '', { span: 2 }),
        head('접수일자'),
        value(r.chance(0.4) ? day(drawDay(r, 2023, 2025)) : ''),
      ],
    },
    {
      h,
      cells: [
        head('임산부\n(가입자)', { down: 4 }),
        head('성 명'),
        value(who.name),
        head('주민등록번호'),
        value(who.resident),
      ],
    },
    { h, cells: [head('주 소'), value(who.address, { span: 3 })] },
    {
      h,
      cells: [
        head('연락처'),
        value(who.phone),
        head('전자우편'),
        value(r.chance(0.5) ? `${r.pick(['sol', 'byeol', 'haru', 'nari', 'dawn'])}${r.digits(2)}***@mail.example` : ''),
      ],
    },
    { h, cells: [head('보험구분'), value(`${mark(true)} 직장  [ ] 지역  [ ] 피부양자`, { span: 3 })] },
    {
      h: h * 1.15,
      cells: [
        head('신청 구분'),
        value(
          `${mark(!born)} 임신 (분만예정일: ${born ? '    .   .   ' : day(due, 'dot')})   ${mark(born)} 출산·유산 (${born ? day(due, 'dot') : '    .   .   '})`,
          { span: 4 },
        ),
      ],
    },
    {
      h,
      cells: [
        head('태아 수'),
        value(`${mark(true)} 단태아   [ ] 다태아 (   명)`, { span: 2 }),
        head('지급 방법'),
        value(`${mark(true)} 이용권  [ ] 계좌`),
      ],
    },
    {
      h,
      cells: [head('입금 계좌'), head('금융기관'), value(r.pick(BANKS)[0]), head('계좌번호'), value(accountNumber(r))],
    },
  ];
  let y = table(page, look, m, 152, c, rows);
  page.fill(m, y, w, h * 0.8, look.head);
  page.box(m, y, w, h * 0.8, look.rule, look.ruleWidth);
  page.text('요양기관 확인란 (의사 또는 조산사가 작성합니다)', {
    ...text,
    size: 14,
    font: bold(look.body),
    x: page.width / 2,
    y: y + h * 0.4,
    align: 'centre',
  });
  y = table(
    page,
    look,
    m,
    y + h * 0.8,
    [w * 0.17, w * 0.33, w * 0.17, w * 0.33],
    [
      {
        h,
        cells: [
          head('임신 확인일'),
          value(day(later(due, -200), 'kr')),
          head('분만예정일'),
          value(born ? '' : day(due, 'kr')),
        ],
      },
      { h, cells: [head('요양기관명'), value(at.name), head('요양기관기호'), value(r.digits(8))] },
      { h, cells: [head('담당 의사'), value(at.doctor), head('면허번호'), value(`제 ${at.licence} 호`)] },
    ],
  );
  seal(page, r, at.doctor + '의인', m + w * 0.44 + r.int(-12, 12), y - h * 0.5, 44);
  consent(page, look, t, r, m, y + 14, w, who.name);
  return { page, kind: 'sheet' };
};

function consent(page: Page, look: Look, t: Draw, r: Draw, m: number, y: number, w: number, name: string): void {
  const hand = { font: look.fill, size: look.fill === 'pen' ? 25 : 16, colour: look.fillInk };
  const text = { font: look.body, size: 14, colour: look.ink };
  const long =
    '「국민건강보험법」 및 같은 법 시행규칙에 따라 위와 같이 임신·출산 진료비의 지급을 신청합니다. 신청인은 개인정보의 수집·이용 및 요양기관이 확인한 사실의 제공에 동의합니다.';
  page.paragraph(long, { ...text, x: m + 8, y, width: w - 16, maxHeight: 60 });
  page.text(day(drawDay(r, 2023, 2025), 'kr'), { ...hand, x: m + w - 20, y: y + 84, align: 'right' });
  page.text('신청인', { ...text, x: m + w * 0.5, y: y + 118 });
  page.text(name, { ...hand, x: m + w * 0.66, y: y + 118, align: 'centre' });
  page.text('(서명 또는 인)', { ...text, x: m + w - 10, y: y + 118, align: 'right' });
  page.text('국민건강보험공단 이사장 귀하', { ...text, font: bold(look.body), size: 21, x: m, y: y + 158 });
  const rows: Row[] = [
    {
      h: 38,
      cells: [
        head('첨부서류'),
        value(
          t.pick([
            '임신·출산 사실을 확인할 수 있는 서류 1부, 신분증 사본',
            '가족관계증명서 1부 (대리 신청의 경우 위임장)',
          ]),
          { size: 12 },
        ),
        head('수수료'),
        value('없음', { align: 'centre' }),
      ],
    },
  ];
  const end = table(page, look, m, y + 184, [w * 0.15, w * 0.58, w * 0.13, w * 0.14], rows);
  const steps = ['신청서 작성', '접수', '확인', '결정', '지급'];
  const each = w / steps.length;
  const top = Math.min(end + 26, page.height - 86);
  steps.forEach((step, i) => {
    page.fill(m + i * each + 8, top, each - 30, 40, look.head);
    page.box(m + i * each + 8, top, each - 30, 40, look.rule, 1.2);
    page.text(step, { ...text, size: 13, x: m + i * each + 8 + (each - 30) / 2, y: top + 20, align: 'centre' });
    if (i < steps.length - 1)
      page.svg(m + (i + 1) * each - 19, top + 12, 20, 16, '<path d="M2 4 h8 v-4 l9 8 -9 8 v-4 h-8 z" fill="#555"/>');
  });
}

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
  const lines = Math.max(count + 1, t.int(9, 12));
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
          value('사용기간 내에 약국에 제출하여야 합니다.', { span: 4, size: 12 }),
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

export const resume: Layout = (r, form) => (r.chance(0.68) ? formResume(r, form) : modernResume(r, form));

/** The ruled standard form. */
const formResume: Layout = (r, form) => {
  const t = form('resume', r.int(0, 7));
  const look = drawLook(t, r, 0.3);
  const page = new Page(A4.width, A4.height, paperTint(r));
  const m = t.int(54, 80);
  const w = page.width - 2 * m;
  const who = person(r, 1968, 2002);
  const y0 = t.int(70, 104);
  title(page, look, t.pick(['이 력 서', '이력서', '입 사 지 원 서']), y0, t.int(36, 44), t.int(8, 26));
  const photo = 138;
  const h = 42;
  const y1 = y0 + 54;
  const c = (w - photo) / 2;
  table(page, look, m, y1, [photo], [{ h: h * 4, cells: [''] }]);
  if (r.chance(0.92)) portrait(page, r, who.female, m + 7, y1 + 6, photo - 14, h * 4 - 12);
  else
    page.text('(사 진)', {
      font: look.body,
      size: 15,
      colour: look.ink,
      x: m + photo / 2,
      y: y1 + h * 2,
      align: 'centre',
    });
  let y = table(
    page,
    look,
    m + photo,
    y1,
    [c * 0.42, c * 0.58, c * 0.42, c * 0.58],
    [
      { h, cells: [head('성 명'), value(who.name), head('생년월일'), value(day(who.birth, 'dot'))] },
      { h, cells: [head('연락처'), value(who.phone), head('성 별'), value(who.female ? '여' : '남')] },
      {
        h,
        cells: [
          head('전자우편'),
          value(`${r.pick(['nari', 'haneul', 'baram', 'sol', 'garam'])}**@mail.example`, { span: 3 }),
        ],
      },
      { h, cells: [head('주 소'), value(who.address, { span: 3 })] },
    ],
  );
  let year = who.birth.y + 16;
  const section = (name: string, columns: string[], shares: number[], rows: string[][], spare: number) => {
    const all = [...rows, ...Array.from({ length: spare }, () => columns.map(() => ''))];
    y = table(
      page,
      look,
      m,
      y + t.int(0, 12),
      shares.map((s) => s * w),
      [
        { h: h * 0.86, cells: [head(name, { span: columns.length, bold: true })] },
        { h: h * 0.76, cells: columns.map((text) => head(text, { size: look.size * 0.9 })) },
        ...all.map((row) => ({
          h: h * 0.8,
          cells: row.map((text, i) => value(text, { align: i === 1 ? 'left' : 'centre' })),
        })),
      ],
    );
  };
  const span = (n: number) => {
    const text = `${String(year)}.03 ~ ${String(year + n)}.02`;
    year += n;
    return text;
  };
  section(
    '학 력 사 항',
    ['기 간', '학교명 및 전공', '구분'],
    [0.3, 0.5, 0.2],
    [
      [span(3), SCHOOLS[r.int(0, 1)] ?? '', '졸업'],
      [span(4), `${SCHOOLS[r.int(2, 4)] ?? ''} ${r.pick(MAJORS)}`, r.pick(['졸업', '졸업예정', '수료'])],
    ],
    1,
  );
  section(
    '경 력 사 항',
    ['기 간', '근무처', '직위'],
    [0.3, 0.5, 0.2],
    r.sample(COMPANIES, r.int(1, 4)).map((name) => [span(r.int(1, 3)), name, r.pick(JOBS)]),
    r.int(0, 2),
  );
  section(
    '자격 및 면허',
    ['취득일', '자격증', '발행처'],
    [0.3, 0.5, 0.2],
    r
      .sample(CERTIFICATES, r.int(1, 3))
      .map((name) => [
        day(drawDay(r, 2010, 2024), 'dot'),
        name,
        r.pick(['한국산업인력공단', '대한상공회의소', '경찰청']),
      ]),
    r.int(0, 1),
  );
  const text = { font: look.body, size: 16, colour: look.ink };
  const foot = Math.min(Math.max(y + 40, page.height - 150), page.height - 92);
  if (y < foot - 14)
    page.text('위에 기재한 사항은 사실과 틀림이 없습니다.', { ...text, x: page.width / 2, y: foot, align: 'centre' });
  page.text(day(drawDay(r, 2023, 2025), 'kr'), { ...text, x: page.width / 2, y: foot + 34, align: 'centre' });
  page.text(`지원자   ${who.name}   (인)`, {
    ...text,
    font: look.fill,
    size: look.fill === 'pen' ? 26 : 17,
    x: m + w - 10,
    y: foot + 62,
    align: 'right',
  });
  if (r.chance(0.6)) seal(page, r, who.name + '인', m + w - 26, foot + 62, 42);
  return { page, kind: 'sheet' };
};

/** A designed one: a coloured band, a column of facts, sections with headings. */
const modernResume: Layout = (r, form) => {
  const t = form('modern', r.int(0, 5));
  const accent: Colour = colour(t.pick(['#2f4858', '#33658a', '#6a4c93', '#2a6f6b', '#8a3b3b', '#3d405b']));
  const page = new Page(A4.width, A4.height, [255, 255, 255]);
  const who = person(r, 1975, 2002);
  const font = t.pick(['sans', 'gothic'] as const);
  const left = t.chance(0.5);
  const w = 260;
  const x = left ? 0 : page.width - w;
  const body = left ? w + 40 : 48;
  const wide = page.width - w - 88;
  page.fill(x, 0, w, page.height, accent);
  portrait(page, r, who.female, x + 55, 64, 150, 193);
  const white = { font, colour: [245, 246, 248] as Colour, size: 15 };
  page.text(who.name, { ...white, font: bold(font), size: 32, x: x + w / 2, y: 302, align: 'centre' });
  page.text(r.pick(['기획 · 마케팅', '개발자', '간호사', '디자이너', '회계 담당', '연구원']), {
    ...white,
    x: x + w / 2,
    y: 338,
    align: 'centre',
  });
  const facts: [string, string][] = [
    ['생년월일', day(who.birth, 'dot')],
    ['연락처', who.phone],
    ['주소', region(r).join(' ')],
    ['전자우편', `hello${r.digits(2)}@mail.example`],
  ];
  facts.forEach(([name, what], i) => {
    page.text(name, { ...white, font: bold(font), size: 14, x: x + 34, y: 404 + i * 62 });
    page.text(what, { ...white, x: x + 34, y: 428 + i * 62, maxWidth: w - 60 });
  });
  page.text('보유 기술', { ...white, font: bold(font), size: 14, x: x + 34, y: 680 });
  r.sample(['문서 작성', '영어 회화', '데이터 분석', '사진 편집', '발표', '일정 관리', '상담'], 4).forEach(
    (name, i) => {
      page.text(name, { ...white, x: x + 34, y: 712 + i * 50 });
      page.fill(x + 34, 730 + i * 50, w - 68, 7, [255, 255, 255], 0.25);
      page.fill(x + 34, 730 + i * 50, (w - 68) * r.real(0.45, 0.95), 7, [255, 255, 255], 0.85);
    },
  );
  page.text(t.pick(['이력서', 'RESUME · 이력서', '이 력 서']), {
    font: bold(font),
    size: 40,
    colour: accent,
    x: body,
    y: 92,
  });
  let y = 150;
  const section = (name: string, rows: [string, string, string][]) => {
    page.text(name, { font: bold(font), size: 21, colour: accent, x: body, y });
    page.rule(body, y + 22, body + wide, y + 22, accent, 2);
    y += 50;
    for (const [when, what, more] of rows) {
      page.text(when, { font, size: 14, colour: [110, 112, 120], x: body, y });
      page.text(what, { font: bold(font), size: 17, colour: [40, 42, 48], x: body + 150, y, maxWidth: wide - 150 });
      page.text(more, { font, size: 14, colour: [90, 92, 100], x: body + 150, y: y + 26, maxWidth: wide - 150 });
      y += 66;
    }
    y += 20;
  };
  let year = who.birth.y + 19;
  const span = (n: number) => {
    const text = `${String(year)}.03 - ${String(year + n)}.02`;
    year += n;
    return text;
  };
  section('학력', [[span(4), SCHOOLS[r.int(2, 4)] ?? '', r.pick(MAJORS)]]);
  section(
    '경력',
    r
      .sample(COMPANIES, r.int(2, 4))
      .map((name) => [
        span(r.int(1, 3)),
        name,
        `${r.pick(JOBS)} · ${r.pick(['신제품 기획과 시장 조사', '고객 응대와 자료 정리', '서비스 운영과 개선', '회계 결산과 세무 신고'])}`,
      ]),
  );
  section(
    '자격',
    r.sample(CERTIFICATES, r.int(1, 3)).map((name) => [day(drawDay(r, 2012, 2024), 'dot'), name, '취득']),
  );
  return { page, kind: 'sheet' };
};

export const vehicleRegistration: Layout = (r, form) => {
  const t = form('registration', r.int(0, 5));
  const look = { ...drawLook(t, r, 0), size: t.real(13, 15) };
  const accent = colour(t.pick(['#3f8f6b', '#3f7fb0', '#6d9c46', '#4f6fae']));
  const page = new Page(A4.width, A4.height, colour(t.pick(['#f2f8f3', '#f0f6fb', '#f7faf0', '#fafaf6'])));
  for (let i = 0; i < 3; i++)
    page.box(26 + i * 7, 26 + i * 7, page.width - 52 - i * 14, page.height - 52 - i * 14, accent, i === 1 ? 3 : 1.2);
  guilloche(page, t, accent);
  const m = 66;
  const w = page.width - 2 * m;
  const p = plate(r);
  const who = person(r);
  look.head = colour(t.pick(['#dcebe0', '#dbe8f2', '#e6efd8']));
  page.text(`제 ${r.digits(6)}-${r.digits(6)} 호`, { font: look.body, size: 14, colour: look.ink, x: m, y: 76 });
  page.text(`최초등록일 : ${day(drawDay(r, 2008, 2024), 'kr')}`, {
    font: look.body,
    size: 14,
    colour: look.ink,
    x: m + w,
    y: 76,
    align: 'right',
  });
  title(page, look, '자 동 차 등 록 증', 122, t.int(33, 39), t.int(4, 12));
  const h = t.int(34, 38);
  const c = [w * 0.2, w * 0.32, w * 0.18, w * 0.3];
  let y = table(page, look, m, 162, c, [
    {
      h,
      cells: [
        head('① 자동차등록번호'.slice(2)),
        value(`${p.front}${p.letter} ${p.number}`, { bold: true }),
        head('차 종'),
        value(r.pick(['승용 대형', '승용 중형', '승용 소형', '승합 중형', '화물 소형'])),
      ],
    },
    {
      h,
      cells: [head('차 명'), value(r.pick(CARS)), head('용 도'), value(r.pick(['자가용', '자가용', '영업용', '관용']))],
    },
    {
      h,
      cells: [
        head('형식 및 연식'),
        value(`${r.pick(['AB', 'HG', 'KM', 'TN'])}${r.digits(3)}-${String(r.int(2008, 2024))}`),
        head('원동기형식'),
        value(`G4${r.pick(['F', 'K', 'N', 'L'])}${r.pick(['A', 'D', 'H'])}`),
      ],
    },
    {
      h,
      cells: [
        head('차대번호'),
        value(`K${r.pick(['MH', 'NA', 'PT'])}${r.digits(4)}**${r.digits(6)}`),
        head('사용본거지'),
        value(region(r).join(' ')),
      ],
    },
    { h, cells: [head('성명(명칭)'), value(who.name), head('생년월일'), value(`${who.resident.slice(0, 6)}-*******`)] },
    { h, cells: [head('주 소'), value(address(r), { span: 3 })] },
  ]);
  const law = { font: look.body, size: 13, colour: look.ink };
  page.text('「자동차관리법」 제8조에 따라 위와 같이 등록하였음을 증명합니다.', {
    ...law,
    x: page.width / 2,
    y: y + 28,
    align: 'centre',
  });
  const [province, town] = region(r);
  const office = `${province} ${town.split(' ')[0] ?? ''}장`.replace(/구장$/, '구청장');
  page.text(day(drawDay(r, 2015, 2025), 'kr'), { ...law, x: page.width / 2, y: y + 56, align: 'centre' });
  page.text(office, { ...law, font: bold(look.body), size: 24, x: page.width / 2, y: y + 88, align: 'centre' });
  seal(page, r, office.replace(/ /g, '').slice(-8), page.width / 2 + office.length * 12 + 30, y + 86, 66);
  page.text('1. 제 원', { ...law, font: bold(look.body), size: 15, x: m, y: y + 128 });
  const number = (low: number, high: number, unit: string) =>
    value(`${String(r.int(low, high)).replace(/\B(?=(\d{3})+$)/g, ',')} ${unit}`);
  y = table(page, look, m, y + 144, c, [
    {
      h: h * 0.88,
      cells: [
        head('제원관리번호'),
        value(`A0${r.digits(1)}-1-${r.digits(5)}-${r.digits(4)}`),
        head('길 이'),
        number(3595, 5100, 'mm'),
      ],
    },
    { h: h * 0.88, cells: [head('너 비'), number(1595, 1990, 'mm'), head('높 이'), number(1420, 1900, 'mm')] },
    { h: h * 0.88, cells: [head('총 중 량'), number(1200, 2900, 'kg'), head('배 기 량'), number(998, 3342, 'cc')] },
    {
      h: h * 0.88,
      cells: [
        head('정격출력'),
        value(`${String(r.int(70, 290))}/${String(r.int(4500, 6600))}`),
        head('승차정원'),
        value(`${String(r.int(2, 11))} 명`),
      ],
    },
    {
      h: h * 0.88,
      cells: [
        head('연료의 종류'),
        value(r.pick(['휘발유 (무연)', '경유', '전기', 'LPG', '하이브리드 (휘발유+전기)'])),
        head('제 작 사'),
        value(r.pick(MAKERS)),
      ],
    },
  ]);
  page.text('2. 검사 유효기간', { ...law, font: bold(look.body), size: 15, x: m, y: y + 24 });
  const checks = r.int(1, 4);
  const size = [w * 0.2, w * 0.2, w * 0.24, w * 0.16, w * 0.2];
  let from = drawDay(r, 2012, 2018);
  const rows: Row[] = Array.from({ length: 5 }, (_, i) => {
    const on = i < checks;
    const until = later(from, 670);
    const row = {
      h: h * 0.9,
      cells: [
        on ? day(from) : '',
        on ? day(until) : '',
        on ? `${r.pick(['한들', '가온', '새론'])}검사소` : '',
        on ? `${won3(r.int(9, 180))} km` : '',
        '',
      ].map((text) => value(text, { align: 'centre' })),
    };
    from = until;
    return row;
  });
  const top = y + 40;
  y = table(page, look, m, top, size, [
    { h: h * 0.8, cells: ['연월일부터', '연월일까지', '검사시행장소', '주행거리', '확인'].map((text) => head(text)) },
    ...rows,
  ]);
  for (let i = 0; i < checks; i++)
    seal(page, r, r.pick(['검사필', '확인인']), m + w * 0.9 + r.int(-16, 16), top + h * 0.8 + h * 0.9 * (i + 0.5), 33);
  page.text('※ 정기검사를 받지 아니한 경우 과태료가 부과될 수 있습니다.', {
    ...law,
    size: 12,
    x: m,
    y: Math.min(y + 22, page.height - 60),
  });
  return { page, kind: 'sheet' };
};

const won3 = (thousands: number) => `${String(thousands)},${'000'}`;

/** Fine waves under the text, as on papers of value. */
function guilloche(page: Page, t: Draw, accent: Colour): void {
  const paths: string[] = [];
  const f = t.real(0.012, 0.02);
  for (let k = 0; k < 9; k++) {
    let d = '';
    for (let x = 0; x <= 640; x += 16)
      d += `${x === 0 ? 'M' : 'L'}${String(x)} ${(60 + 44 * Math.sin(x * f + (k * Math.PI) / 9)).toFixed(1)} `;
    paths.push(`<path d="${d}"/>`);
  }
  const ink = `rgb(${accent.join(',')})`;
  page.svg(100, 520, 640, 120, `<g fill="none" stroke="${ink}" stroke-width="1" opacity=".22">${paths.join('')}</g>`);
}
