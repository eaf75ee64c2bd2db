/** Vehicle registration certificate (15). */
import { bold } from '../fonts.ts';
import { drawLook, head, type Row, seal, table, title, value } from '../form.ts';
import { type Colour, colour, Page } from '../paper.ts';
import { type Draw } from '../random.ts';
import { CARS, MAKERS } from '../vocabulary.ts';
import { address, day, drawDay, later, person, plate, region } from '../words.ts';
import { A4, type Layout } from './layout.ts';

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
