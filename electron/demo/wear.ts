/** What happens to paper after printing: punched holes, staples, copies' stamps, notes in the margin, marker, stains. */
import { PENS, SEAL_RED } from './form.ts';
import { hex, type Page } from './paper.ts';
import { type Draw } from './random.ts';

const NOTES = [
  '확인',
  '원본 대조',
  '제출용',
  '보험 청구',
  '재발급',
  '추가 서류',
  '3월 접수',
  '복사본',
  'ok',
  '빠른 처리 부탁',
  '전화 요망',
  '담당 확인함',
];

/** Adds traces of use to a sheet. Most sheets have none, few have several. */
export function wear(page: Page, r: Draw): void {
  const { width: w, height: h } = page;
  if (r.chance(0.06)) holes(page, r);
  if (r.chance(0.07)) {
    const x = r.chance(0.7) ? r.int(18, 40) : w - 60;
    const turn = r.real(-35, 35).toFixed(0);
    page.svg(
      x,
      16,
      44,
      44,
      `<g transform="rotate(${turn} 22 22)"><rect x="6" y="21" width="32" height="4" rx="2" fill="#8f9296"/><rect x="6" y="24" width="32" height="1.5" fill="#000" opacity=".35"/></g>`,
    );
  }
  if (r.chance(0.07)) copyStamp(page, r);
  if (r.chance(0.08)) {
    const place = {
      x: r.chance(0.5) ? w * r.real(0.08, 0.3) : w * r.real(0.62, 0.9),
      y: r.chance(0.5) ? h * 0.035 : h * r.real(0.93, 0.975),
    };
    page.text(r.pick(NOTES), {
      font: 'pen',
      size: r.int(30, 46),
      colour: r.pick(PENS),
      angle: r.real(-12, 8),
      ...place,
    });
  }
  if (r.chance(0.045)) {
    const y = h * r.real(0.2, 0.6);
    page.svg(
      w * 0.2,
      y,
      w * r.real(0.2, 0.45),
      34,
      `<path d="M0 20 Q120 ${String(r.int(10, 26))} 420 17" stroke="${r.pick(['#f7ee3b', '#8df07a', '#ffb3d1'])}" stroke-width="19" fill="none" opacity=".48"/>`,
    );
  }
  if (r.chance(0.025)) {
    const size = r.int(110, 190);
    const gap = `stroke-dasharray="${String(r.int(150, 400))} ${String(r.int(6, 40))}"`;
    page.svg(
      r.int(0, w - size),
      r.int(0, h - size),
      size,
      size,
      `<circle cx="${String(size / 2)}" cy="${String(size / 2)}" r="${String(size / 2 - 9)}" fill="#8a5a2b" fill-opacity=".06" stroke="#7a4a20" stroke-opacity=".3" stroke-width="6" ${gap}/>`,
    );
  }
}

function holes(page: Page, r: Draw): void {
  const x = r.int(20, 30);
  for (const y of [page.height / 2 - 118, page.height / 2 + 118])
    page.svg(
      x,
      y,
      30,
      30,
      '<circle cx="15" cy="15" r="11" fill="#3c3a38"/><circle cx="15" cy="16" r="11" fill="none" stroke="#000" stroke-opacity=".25" stroke-width="2"/>',
    );
}

/** 원본대조필: "compared with the original", in a frame of stamp ink. */
function copyStamp(page: Page, r: Draw): void {
  const ink = r.chance(0.6) ? SEAL_RED : ([36, 62, 140] as const);
  const angle = r.real(-8, 8);
  const x = page.width * r.real(0.16, 0.84);
  const y = page.height * (r.chance(0.35) ? 0.05 : r.real(0.9, 0.96));
  page.svg(
    x - 95,
    y - 34,
    190,
    68,
    `<g transform="rotate(${angle.toFixed(1)} 95 34)"><rect x="12" y="12" width="166" height="44" fill="none" stroke="${hex(ink)}" stroke-width="3"/></g>`,
    0.75,
  );
  page.text(r.pick(['원본대조필', '사 본', '접 수 필', '원본과 같음']), {
    font: 'serifBold',
    size: 26,
    spacing: 2,
    colour: ink,
    opacity: 0.8,
    x,
    y,
    angle,
  });
}
