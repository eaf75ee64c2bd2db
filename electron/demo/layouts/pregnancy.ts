/** Application for pregnancy and birth expenses (1), filled in by hand or by machine. */
import { bold } from '../fonts.ts';
import { drawLook, head, type Look, type Row, seal, table, title, value } from '../form.ts';
import { colour, Page } from '../paper.ts';
import { paperTint } from '../papers.ts';
import { type Draw } from '../random.ts';
import { BANKS } from '../vocabulary.ts';
import { accountNumber, day, drawDay, hospital, later, person } from '../words.ts';
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
  const h = t.int(37, 44);
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
    { h, cells: [head('보험구분'), value(`${mark(true)} 직장  [ ] 지역  [ ] 피부양자`, { span: 3, plain: true })] },
    {
      h: h * 1.15,
      cells: [
        head('신청 구분'),
        value(
          `${mark(!born)} 임신 (분만예정일: ${born ? '    .   .   ' : day(due, 'dot')})   ${mark(born)} 출산·유산 (${born ? day(due, 'dot') : '    .   .   '})`,
          { plain: true, span: 4 },
        ),
      ],
    },
    {
      h,
      cells: [
        head('태아 수'),
        value(`${mark(true)} 단태아   [ ] 다태아 (   명)`, { span: 2, plain: true }),
        head('지급 방법'),
        value(`${mark(true)} 이용권  [ ] 계좌`, { plain: true }),
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
          { plain: true, size: 12 },
        ),
        head('수수료'),
        value('없음', { align: 'centre', plain: true }),
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
