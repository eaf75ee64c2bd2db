/** Made-up ops, presets and the plan of the design's picture for the Augment view. */
import { type Plan } from '../../electron/contract/plan.ts';
import { type ClassInfo, type OpInfo, type Policy } from '../../electron/contract/words.ts';

type Ops = Plan['rest'];
type Range = [number, number];

/** Name, unit, limits, step, default. */
const TABLE: Record<string, [string, string, number, number, number, ...Range][]> = {
  affine: [
    ['angle', '°', -180, 180, 1, -15, 15],
    ['shear', '°', -45, 45, 1, -5, 5],
    ['shift', '%', 0, 50, 1, 0, 3],
  ],
  rotate: [['angle', '°', -180, 180, 1, -30, 30]],
  'quarter-turn': [['turns', '', 0, 3, 1, 0, 3]],
  perspective: [['strength', '×', 0, 0.25, 0.01, 0.02, 0.06]],
  'flip-horizontal': [],
  'flip-vertical': [],
  'random-crop': [['area', '×', 0.05, 1, 0.01, 0.85, 1]],
  'hue-saturation-value': [
    ['hue', '°', -180, 180, 1, -8, 8],
    ['saturation', '%', -100, 100, 1, -4, 4],
    ['value', '%', -100, 100, 1, -4, 4],
  ],
  clahe: [['clip', '×', 1, 8, 0.1, 1, 3]],
  'brightness-contrast': [
    ['brightness', '', -1, 1, 0.01, -0.12, 0.12],
    ['contrast', '', -1, 1, 0.01, -0.12, 0.12],
  ],
  sharpen: [['alpha', '×', 0, 1, 0.01, 0.05, 0.15]],
  downscale: [['factor', '×', 0.1, 1, 0.05, 0.7, 0.9]],
  jpeg: [['quality', '', 1, 100, 1, 20, 85]],
  'gaussian-noise': [['deviation', 'levels', 0, 60, 0.5, 2.5, 4.2]],
  'iso-noise': [['intensity', '', 0, 1, 0.05, 0.1, 0.4]],
  'motion-blur': [['length', 'px', 1, 25, 0.5, 1, 3]],
  holes: [
    ['count', '', 1, 20, 1, 1, 3],
    ['size', '%', 1, 50, 1, 1, 12],
  ],
  grey: [],
  invert: [],
  overlay: [['alpha', '×', 0, 0.5, 0.01, 0.06, 0.14]],
};

export const OPS: OpInfo[] = Object.entries(TABLE).map(([op, rows]) => ({
  op,
  parameters: rows.map(([name, unit, minimum, maximum, step, low, high]) => ({
    ...{ name, unit, minimum, maximum, step },
    default: [low, high],
  })),
}));

const use = (op: string, p: number, choice?: string): Ops[number] => ({
  ...{ op, p },
  ranges: Object.fromEntries((TABLE[op] ?? []).map(([name, , , , , low, high]) => [name, [low, high] as Range])),
  ...(choice ? { choice } : {}),
});

const documents: Ops = [
  use('affine', 0.225, 'geometry'),
  use('quarter-turn', 0.225, 'geometry'),
  use('hue-saturation-value', 0.25),
  use('clahe', 0.3),
  use('downscale', 0.2, 'degrade'),
  use('jpeg', 0.2, 'degrade'),
  use('gaussian-noise', 0.225, 'noise'),
  use('iso-noise', 0.225, 'noise'),
  use('motion-blur', 0.2),
  use('brightness-contrast', 0.35),
  use('grey', 0.35),
  use('invert', 0.15),
  use('overlay', 0.1),
];
const identity: Ops = [
  use('perspective', 0.3),
  use('affine', 0.45),
  use('flip-horizontal', 0.5),
  use('flip-vertical', 0.3),
  use('quarter-turn', 0.2),
  use('holes', 0.2),
  use('hue-saturation-value', 0.25),
  use('sharpen', 0.2),
  use('downscale', 0.25),
  use('jpeg', 0.45),
  use('motion-blur', 0.2),
];
const vehicles: Ops = [
  use('rotate', 0.275, 'geometry'),
  use('quarter-turn', 0.275, 'geometry'),
  use('flip-horizontal', 0.5),
  use('flip-vertical', 0.35),
  use('random-crop', 0.3),
  use('downscale', 0.3),
  use('jpeg', 0.5),
  use('motion-blur', 0.35),
  use('brightness-contrast', 0.55),
  use('hue-saturation-value', 0.35),
  use('clahe', 0.25),
];

export const PRESETS: Policy[] = [
  { name: 'none', ops: [] },
  { name: 'light', ops: [use('affine', 0.5), use('brightness-contrast', 0.5), use('jpeg', 0.3)] },
  { name: 'photos', ops: [use('rotate', 0.4), use('flip-horizontal', 0.5), use('random-crop', 0.6), use('jpeg', 0.3)] },
  { name: 'document', ops: documents },
];

/** Classes by the group that they have; three of the documents are seen in the heavier tier more often. */
export function contestOf(classes: readonly ClassInfo[]): Plan {
  const named = (group: string): string[] => classes.filter((c) => c.group === group).map((c) => c.name);
  const own = Object.entries({ '입퇴원 확인서': 0.9, '통원진료 확인서': 0.9, '약제비 영수증': 0.8 });
  const none = { heavyChance: 0, heavyByClass: {} };
  const groups = [
    {
      ...{ name: 'Documents', classes: named('Documents'), base: documents, heavy: documents, heavyChance: 0.4 },
      heavyByClass: Object.fromEntries(own.filter(([name]) => named('Documents').includes(name))),
    },
    { name: 'Identity', classes: named('Identity'), base: identity, ...none },
    { name: 'Vehicles', classes: named('Vehicles'), base: vehicles, ...none },
  ].filter((group) => group.classes.length > 0);
  return { name: 'document contest', groups, rest: groups.length > 0 ? [] : documents };
}
