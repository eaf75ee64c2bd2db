/** Made-up classes, images and opinions. Everything follows from an image's number: a million of them cost nothing. */
import { type ClassInfo, type Tile } from '../../electron/contract/words.ts';

const NAMES: [string, string][] = [
  ['계좌번호', 'Documents'],
  ['임신·출산 신청서', 'Documents'],
  ['자동차 계기판', 'Vehicles'],
  ['입퇴원 확인서', 'Documents'],
  ['진단서', 'Documents'],
  ['운전면허증', 'Identity'],
  ['진료비 영수증', 'Documents'],
  ['통원진료 확인서', 'Documents'],
  ['주민등록증', 'Identity'],
  ['여권', 'Identity'],
  ['납입 확인서', 'Documents'],
  ['약제비 영수증', 'Documents'],
  ['처방전', 'Documents'],
  ['이력서', 'Documents'],
  ['소견서', 'Documents'],
  ['자동차 등록증', 'Identity'],
  ['자동차 번호판', 'Vehicles'],
];
const KEYS = '123456789pafceovl';
/** Width / height of a class's pages. */
const ASPECTS: Record<number, number> = { 2: 1.78, 5: 1.45, 8: 1.45, 9: 1.4, 15: 0.72, 16: 1.52 };

/** A number in [0, 1) from two whole numbers. */
export function chance(a: number, b: number): number {
  let h = Math.imul(a + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 1, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return ((h ^ (h >>> 13)) >>> 0) / 4294967296;
}

export const classes = (): ClassInfo[] =>
  NAMES.map(([name, group], i) => ({
    id: i + 1,
    name,
    shortName: null,
    key: KEYS[i] ?? null,
    colour: i,
    group,
    order: i,
    counts: { train: 0, validation: 0, test: 0, none: 0, total: 0 },
  }));

/** What image `id` truly is, 0-16. */
export const truth = (id: number): number => Math.floor(chance(id, 1) * NAMES.length);

export function tileOf(id: number, labelled: boolean): Tile {
  const klass = truth(id);
  const variant = Math.floor(chance(id, 2) * 8);
  const aspect = ASPECTS[klass] ?? 0.707;
  const p = 0.45 + 0.55 * chance(id, 3);
  const other = chance(id, 4) < 0.12 ? Math.floor(chance(id, 5) * NAMES.length) : klass;
  const height = aspect > 1 ? 424 : 600;
  return {
    id,
    name: `scan_${String(id).padStart(4, '0')}.jpg`,
    hash:
      chance(id, 6) < 0.002
        ? null
        : `${String(id).padStart(28, '0')}${String(klass).padStart(2, '0')}${String(variant).padStart(2, '0')}`,
    width: Math.round(height * aspect),
    height,
    class: labelled ? klass + 1 : null,
    split: labelled ? 'train' : chance(id, 7) < 0.5 ? 'test' : 'none',
    unsure: chance(id, 8) < 0.02,
    excluded: chance(id, 9) < 0.01,
    status: chance(id, 6) < 0.002 ? 'unreadable' : 'ok',
    findings: labelled && other !== klass ? ['label-error'] : chance(id, 10) < 0.02 ? ['duplicate'] : [],
    ghost: chance(id, 11) < 0.9 ? { run: 12, class: other + 1, p } : null,
  };
}
