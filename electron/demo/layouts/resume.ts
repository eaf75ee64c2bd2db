/** Résumé (13): the ruled standard form and designed ones. */
import { bold } from '../fonts.ts';
import { drawLook, head, seal, table, title, value } from '../form.ts';
import { type Colour, colour, Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { portrait } from '../portrait.ts';
import { CERTIFICATES, COMPANIES, JOBS, MAJORS, SCHOOLS } from '../vocabulary.ts';
import { day, drawDay, person, region } from '../words.ts';
import { A4, type Layout } from './layout.ts';

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
