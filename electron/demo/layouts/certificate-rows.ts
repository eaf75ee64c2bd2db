/** The rows in which the four medical certificates differ, and those that they share. */
import { head, type Look, type Row, value } from '../form.ts';
import { type Draw } from '../random.ts';
import { day, type Day, type Hospital, later, opinion, type Person } from '../words.ts';

/** By class number. */
export type Kind = 3 | 4 | 7 | 14;

export interface Case {
  kind: Kind;
  who: Person;
  at: Hospital;
  from: Day;
  days: number;
  issued: Day;
  diseases: (readonly [string, string])[];
  purpose: string;
}

/**
 * The rows of a certificate.
 *
 * @param h height of a plain row
 */
export function certificateRows(look: Look, t: Draw, r: Draw, facts: Case, h: number): Row[] {
  const { who, diseases } = facts;
  const names = t.pick([
    ['환자 성명', '주민등록번호', '주 소'],
    ['성 명', '주민번호', '주 소'],
    ['환자의 성명', '생년월일', '환자의 주소'],
  ]);
  const birth = names[1] === '생년월일' ? day(who.birth, 'kr') : who.resident;
  const list: Row[] = [
    { h, cells: [head(names[0] ?? ''), value(who.name), head(names[1] ?? ''), value(birth)] },
    { h, cells: [head(names[2] ?? ''), value(who.address, { span: 3 })] },
  ];
  if (t.chance(0.5))
    list.push({
      h,
      cells: [
        head('연 락 처'),
        value(who.phone),
        head('성별 / 나이'),
        value(`${who.female ? '여' : '남'} / ${String(2025 - who.birth.y)}세`),
      ],
    });
  const tall = h * Math.max(1.3, diseases.length * 0.75);
  const sickness = diseases.map(([name]) => name).join('\n');
  const codes = diseases.map(([, code]) => code).join('\n');
  if (facts.kind === 4) {
    const certain = r.chance(0.7);
    list.push({
      h: tall + 14,
      cells: [
        head(`병 명\n${certain ? '[ ]임상적 추정\n[V]최종 진단' : '[V]임상적 추정\n[ ]최종 진단'}`, {
          size: look.size * 0.86,
        }),
        value(sickness),
        head('한국질병\n분류번호'),
        value(codes, { align: 'centre' }),
      ],
    });
  } else {
    list.push({
      h: tall,
      cells: [head('병 명'), value(sickness), head('상병코드'), value(codes, { align: 'centre' })],
    });
  }
  list.push(...KIND_ROWS[facts.kind](look, t, r, facts, h));
  list.push({
    h,
    cells: [
      head(t.pick(['용 도', '제 출 처'])),
      value(facts.purpose),
      head('비 고'),
      value(r.chance(0.3) ? '이하 여백' : ''),
    ],
  });
  return list;
}

type KindRows = (look: Look, t: Draw, r: Draw, facts: Case, h: number) => Row[];

const KIND_ROWS: Readonly<Record<Kind, KindRows>> = {
  3: (_look, t, r, { from, days, at }, h) => {
    const end = later(from, days);
    const period: Row[] = t.chance(0.5)
      ? [{ h, cells: [head('입 원 일'), value(day(from, 'kr')), head('퇴 원 일'), value(day(end, 'kr'))] }]
      : [
          {
            h,
            cells: [head('입원기간'), value(`${day(from)} 부터  ${day(end)} 까지  (${String(days)}일간)`, { span: 3 })],
          },
        ];
    const ward = `${String(r.int(2, 9))}층 ${String(r.int(201, 915))}호`;
    period.push({ h, cells: [head('진 료 과'), value(at.department), head('병 실'), value(ward)] });
    if (t.chance(0.6))
      period.push({
        h,
        cells: [
          head('입원일수'),
          value(`총 ${String(days)}일`),
          head('입원경로'),
          value(r.pick(['외래', '응급실', '전원'])),
        ],
      });
    if (t.chance(0.25))
      period.push({
        h: h * 2,
        cells: [
          head('수술·처치'),
          value(r.pick(['해당 없음', `${day(later(from, 1))} 수술적 치료 시행`, '보존적 치료 시행']), {
            span: 3,
            block: true,
          }),
        ],
      });
    return period;
  },
  7: (_look, t, r, { from, at }, h) => {
    const visits = r.int(2, 14);
    let at0 = from;
    const dates: string[] = [];
    for (let i = 0; i < visits; i++) {
      dates.push(day(at0, 'dot').replace(/\.$/, ''));
      at0 = later(at0, r.int(1, 9));
    }
    const list: Row[] = [{ h, cells: [head('진 료 과'), value(at.department), head('담당의사'), value(at.doctor)] }];
    list.push({
      h,
      cells: [
        head(t.pick(['통원기간', '진료기간', '치료기간'])),
        value(`${day(from)} ~ ${day(at0)}`),
        head('통원일수'),
        value(`${String(visits)}일`),
      ],
    });
    const wide = t.chance(0.9);
    const lines: string[] = [];
    for (let i = 0; i < dates.length; i += 4) lines.push(dates.slice(i, i + 4).join(',  '));
    if (wide)
      list.push({
        h: h * t.real(2.4, 3.6),
        cells: [head('통원일자'), value(lines.join('\n'), { span: 3, block: true })],
      });
    return list;
  },
  4: (_look, t, r, { from, days, at }, h) => [
    {
      h,
      cells: [
        head('발 병 일'),
        value(r.chance(0.4) ? '미상' : day(from, 'kr')),
        head('진 단 일'),
        value(day(from, 'kr')),
      ],
    },
    {
      h: h * t.real(5.2, 7.5),
      cells: [head('치료 내용\n및 향후 치료\n에 대한 소견'), value(opinion(r, r.int(3, 7)), { span: 3, block: true })],
    },
    {
      h,
      cells: [
        head('입원·퇴원\n연 월 일', { size: 13 }),
        value(r.chance(0.5) ? '해당 없음' : `${day(from)} ~ ${day(later(from, days))}`),
        head('진 료 과'),
        value(at.department),
      ],
    },
  ],
  14: (_look, t, r, { from, at }, h) => [
    { h, cells: [head('진 료 과'), value(at.department), head('초 진 일'), value(day(from))] },
    {
      h: h * t.real(7.5, 10.5),
      cells: [head(t.pick(['소 견', '의사소견', '의 견'])), value(opinion(r, r.int(4, 8)), { span: 3, block: true })],
    },
  ],
};
