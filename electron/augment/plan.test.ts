import { expect, test } from 'vitest';
import { plan as planSchema, type Plan } from '../contract/index.ts';
import { DEMO_CLASSES } from '../demo/index.ts';
import { aloneOf } from './alone.ts';
import {
  checkPlan,
  checkPolicy,
  contestFor,
  DOCUMENT_CONTEST,
  planFor,
  policyFor,
  poolOf,
  PRESETS,
} from './catalogue.ts';
import { drawPolicy } from './sampler.ts';

const NAMES = DEMO_CLASSES.map(({ name }) => name);
const small: Plan = {
  name: 'small',
  groups: [
    {
      ...{ name: 'Pages', classes: ['a', 'b'], heavyChance: 0.4, heavyByClass: { b: 0.9 } },
      ...{ base: [{ op: 'grey', p: 1, ranges: {} }], heavy: [{ op: 'invert', p: 1, ranges: {} }] },
    },
  ],
  rest: [{ op: 'flip-horizontal', p: 0.5, ranges: {} }],
};

test('the contest’s plan puts every class of the drawn set into the group that it has there', () => {
  const checked = checkPlan(DOCUMENT_CONTEST, NAMES);
  const groups = { DOC: 'Documents', ID_CERT: 'Identity', CAR: 'Vehicles' };
  for (const { name, group } of DEMO_CLASSES)
    expect(checked.groups.find(({ classes }) => classes.includes(name))?.name).toBe(groups[group]);
  // "One of" of the table: the parts of a choice make up its probability.
  const sum = (ops: Plan['rest'], choice: string) =>
    ops.filter((op) => op.choice === choice).reduce((total, op) => total + op.p, 0);
  const [documents, , vehicles] = checked.groups;
  expect(['geometry', 'degrade', 'noise'].map((choice) => sum(documents!.base, choice))).toEqual([0.45, 0.4, 0.45]);
  expect(sum(documents!.heavy!, 'geometry')).toBeCloseTo(0.65, 9);
  expect(sum(documents!.heavy!, 'noise')).toBeCloseTo(0.65, 9);
  expect(sum(vehicles!.base, 'geometry')).toBeCloseTo(0.55, 9);
  // Its own classes only; groups without any are left out.
  expect(planFor(DOCUMENT_CONTEST, ['passport', 'tree']).groups.map(({ name, classes }) => [name, classes])).toEqual([
    ['Identity', ['passport']],
  ]);
});

test('the tier is drawn as often as its class says, and an image’s draw is always the same', () => {
  const heavy = (name: string): number =>
    Array.from({ length: 2000 }, (_, i) => policyFor(small, name, { seed: 1, epoch: i % 10, hash: `h${i}` })).filter(
      (policy) => policy.ops[0]!.op === 'invert',
    ).length / 2000;
  expect(heavy('a')).toBeCloseTo(0.4, 1);
  expect(heavy('b')).toBeCloseTo(0.9, 1);
  const key = { seed: 3, epoch: 2, hash: 'x' };
  expect(policyFor(small, 'a', key)).toEqual(policyFor(small, 'a', key));
  expect(policyFor(small, 'other', key).ops).toEqual(small.rest);
});

test('what shines through is of the training fold and of the group, whatever the order of import', () => {
  const images = [
    { hash: '3', class: 'a', held: false },
    { hash: '1', class: 'b', held: false },
    { hash: '2', class: 'c', held: false },
    { hash: '0', class: 'a', held: true },
  ];
  expect(poolOf(images, small, 'a').map((i) => images[i]!.hash)).toEqual(['1', '3']);
  expect(poolOf(images, null, 'a').map((i) => images[i]!.hash)).toEqual(['1', '2', '3']);
  const turned = images.toReversed();
  expect(poolOf(turned, small, 'b').map((i) => turned[i]!.hash)).toEqual(['1', '3']);
});

test('a plan that cannot be meant is refused by its field', () => {
  const refused = (change: (plan: Plan) => void): unknown => {
    const plan = structuredClone(small);
    change(plan);
    try {
      checkPlan(plan, ['a', 'b', 'c']);
    } catch (thrown) {
      return thrown;
    }
    return null;
  };
  const [code, first] = ['train/recipe-invalid', (plan: Plan) => plan.groups[0]!];
  expect(refused((plan) => first(plan).classes.push('z'))).toMatchObject({ code, subject: 'groups[0].classes[2]' });
  expect(refused((plan) => plan.groups.push({ ...first(plan), classes: ['c'], heavyByClass: {} }))).toMatchObject({
    code,
    subject: 'groups[1].name',
  });
  expect(refused((plan) => plan.groups.push({ ...first(plan), name: 'Others', heavyByClass: {} }))).toMatchObject({
    code,
    subject: 'groups[1].classes[0]',
  });
  expect(refused((plan) => (first(plan).heavyByClass = { c: 0.5 }))).toMatchObject({
    subject: 'groups[0].heavyByClass.c',
  });
  expect(refused((plan) => delete first(plan).heavy)).toMatchObject({ subject: 'groups[0].heavy' });
  expect(refused((plan) => (first(plan).base[0]!.op = 'gray'))).toMatchObject({ subject: 'groups[0].base[0].op' });
  expect(refused((plan) => (plan.rest[0]!.p = 2))).toMatchObject({ subject: 'rest[0].p' });
  const parsed = (change: object): readonly PropertyKey[] | undefined =>
    planSchema.safeParse({ ...small, ...change }).error?.issues[0]!.path;
  expect(parsed({ groups: [{ ...small.groups[0], classes: [] }] })).toEqual(['groups', 0, 'classes']);
  expect(parsed({ groups: [{ ...small.groups[0], heavyChance: 1.2 }] })).toEqual(['groups', 0, 'heavyChance']);
  expect(planSchema.safeParse({ ...small, grups: [] }).error?.issues[0]).toMatchObject({ keys: ['grups'] });
});

test('an op alone has the values that the whole policy draws for it, also of two of a kind', () => {
  const policy = checkPolicy({
    name: 'x',
    ops: [
      { op: 'jpeg', p: 0.5, ranges: {}, choice: 'one' },
      { op: 'rotate', p: 0.5, ranges: {}, choice: 'one' },
      { op: 'jpeg', p: 0.9, ranges: { quality: [5, 20] } },
    ],
  });
  let compared = 0;
  for (let epoch = 0; epoch < 40; epoch++) {
    const key = { seed: 2, epoch, hash: 'h' };
    const alone = policy.ops.map((_, i) => drawPolicy(aloneOf(policy, i), key));
    for (const [i, drawn] of alone.entries()) expect(drawn.map(({ op }) => op.name)).toEqual([policy.ops[i]!.op]);
    for (const { op, values } of drawPolicy(policy, key)) {
      expect(alone.map(([drawn]) => ({ op: drawn!.op, values: drawn!.values }))).toContainEqual({ op, values });
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(40);
});

test('without any of its classes the contest’s plan is the preset document for all', () => {
  const document = PRESETS.find(({ name }) => name === 'document')!;
  expect(contestFor(['tree'])).toEqual({ name: 'document contest', groups: [], rest: document.ops });
  expect(contestFor(NAMES)).toEqual(DOCUMENT_CONTEST);
});
