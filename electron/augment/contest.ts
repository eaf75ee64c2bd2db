/**
 * The contest's augmentation by class group. Where its table says "one of, p", the ops of the choice have equal parts of p.
 * Noise is given there as a variance, hue in steps of 2°, saturation and value of 255.
 */
import { type Plan, type PlanGroup } from '../contract/index.ts';
import { planFor } from './plan.ts';
import { PRESETS } from './presets.ts';

type Ops = PlanGroup['base'];
type Ranges = Ops[number]['ranges'];

const op = (name: string, p: number, ranges: Ranges = {}): Ops[number] => ({ op: name, p, ranges });
const oneOf = (choice: string, p: number, ...of: [string, Ranges][]): Ops =>
  of.map(([name, ranges]) => ({ op: name, p: p / of.length, ranges, choice }));
const both = (most: number): [number, number] => [-most, most];

const turned = (angle: number, shear: number, shift: number): Ranges => ({
  ...{ angle: both(angle), shear: both(shear), shift: [0, shift], scale: [1, 1] },
});
const TURN: [string, Ranges] = ['quarter-turn', { turns: [0, 3] }];
const light = (brightness: number, contrast: number): Ranges => ({
  brightness: both(brightness),
  contrast: both(contrast),
});
const colour = (hue: number, saturation: number, value: number): Ranges => ({
  ...{ hue: both(2 * hue), saturation: both(saturation / 2.55), value: both(value / 2.55) },
});
/** Deviations of variances. */
const gauss = (from: number, to: number): [string, Ranges] => [
  'gaussian-noise',
  { deviation: [Math.sqrt(from), Math.sqrt(to)] },
];

const documents: PlanGroup = {
  name: 'Documents',
  classes: [
    ...['account_number', 'application_for_payment_of_pregnancy_medical_expenses'],
    ...['confirmation_of_admission_and_discharge', 'diagnosis', 'medical_bill_receipts'],
    ...['medical_outpatient_certificate', 'payment_confirmation', 'pharmaceutical_receipt', 'prescription'],
    ...['resume', 'statement_of_opinion'],
  ],
  base: [
    ...oneOf('geometry', 0.45, ['affine', turned(15, 5, 3)], TURN),
    op('hue-saturation-value', 0.25, colour(4, 10, 10)),
    op('clahe', 0.3, { clip: [1, 3] }),
    ...oneOf('degrade', 0.4, ['downscale', { factor: [0.7, 0.9] }], ['jpeg', { quality: [20, 85] }]),
    ...oneOf('noise', 0.45, gauss(6, 18), ['iso-noise', { intensity: [0.1, 0.4] }]),
    op('motion-blur', 0.2, { length: [1, 3] }),
    op('brightness-contrast', 0.35, light(0.12, 0.12)),
    op('grey', 0.35),
    op('invert', 0.15),
    op('overlay', 0.1, { alpha: [0.06, 0.14] }),
  ],
  heavy: [
    ...oneOf('geometry', 0.65, ['affine', turned(22, 7, 3)], TURN),
    ...oneOf('degrade', 0.6, ['downscale', { factor: [0.6, 0.85] }], ['jpeg', { quality: [18, 60] }]),
    ...oneOf(
      'noise',
      0.65,
      gauss(12, 28),
      ['iso-noise', { intensity: [0.2, 0.6] }],
      ['speckle', { strength: [0, 0.1] }],
    ),
    op('motion-blur', 0.3, { length: [1, 5] }),
    op('brightness-contrast', 0.45, light(0.18, 0.25)),
    op('clahe', 0.35, { clip: [1, 3] }),
    op('sharpen', 0.2, { alpha: [0.05, 0.15] }),
    op('grey', 0.5),
    op('invert', 0.18),
    op('overlay', 0.04, { alpha: [0.06, 0.14] }),
  ],
  heavyChance: 0.4,
  heavyByClass: {
    confirmation_of_admission_and_discharge: 0.9,
    medical_outpatient_certificate: 0.9,
    pharmaceutical_receipt: 0.8,
  },
};

const identity: PlanGroup = {
  name: 'Identity',
  classes: ['driver_lisence', 'national_id_card', 'passport', 'vehicle_registration_certificate'],
  base: [
    op('perspective', 0.3, { strength: [0.02, 0.06] }),
    op('affine', 0.45, { angle: both(8), shear: both(5), shift: [0, 2], scale: [0.97, 1.03] }),
    op('flip-horizontal', 0.5),
    op('flip-vertical', 0.3),
    op('quarter-turn', 0.2, { turns: [0, 3] }),
    op('holes', 0.2, { count: [1, 3], size: [1, 12] }),
    op('hue-saturation-value', 0.25, colour(4, 12, 12)),
    op('sharpen', 0.2, { alpha: [0.05, 0.15] }),
    op('downscale', 0.25, { factor: [0.7, 0.9] }),
    op('jpeg', 0.45, { quality: [50, 90] }),
    op('motion-blur', 0.2, { length: [1, 3] }),
  ],
  heavyChance: 0,
  heavyByClass: {},
};

const vehicles: PlanGroup = {
  name: 'Vehicles',
  classes: ['car_dashboard', 'vehicle_registration_plate'],
  base: [
    ...oneOf('geometry', 0.55, ['rotate', { angle: both(30) }], TURN),
    op('flip-horizontal', 0.5),
    op('flip-vertical', 0.35),
    op('random-crop', 0.3, { area: [0.85, 1], ratio: [0.85, 1.15] }),
    op('downscale', 0.3, { factor: [0.7, 0.9] }),
    op('jpeg', 0.5, { quality: [45, 90] }),
    op('motion-blur', 0.35, { length: [1, 5] }),
    op('brightness-contrast', 0.55, light(0.25, 0.25)),
    op('hue-saturation-value', 0.35, colour(6, 14, 14)),
    op('clahe', 0.25, { clip: [1, 3] }),
  ],
  heavyChance: 0,
  heavyByClass: {},
};

export const DOCUMENT_CONTEST: Plan = { name: 'document contest', groups: [documents, identity, vehicles], rest: [] };

/** The contest's plan for a project; where none of its classes is there, the preset `document` for all of them. */
export function contestFor(known: readonly string[]): Plan {
  const plan = planFor(DOCUMENT_CONTEST, known);
  if (plan.groups.length > 0) return plan;
  return { ...plan, rest: PRESETS.find(({ name }) => name === 'document')!.ops };
}
