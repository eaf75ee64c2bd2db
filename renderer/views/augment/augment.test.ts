import { describe, expect, it, vi } from 'vitest';
import { type Plan } from '../../../electron/contract/plan.ts';
import { type JobInfo, type OpInfo } from '../../../electron/contract/words.ts';
import { fakeClient } from '../fake-client.ts';
import { AugmentState } from './augment.svelte.ts';
import { DrawnState } from './drawn.svelte.ts';
import { addOp, moveOp, newOp, type Ops, removeOp, setChoice, setOp, setRange } from './ops.ts';
import {
  addGroup,
  byGroup,
  changeCount,
  moveClass,
  oneForAll,
  problemsOf,
  removeGroup,
  setChance,
  withOps,
} from './plan.ts';
import { planText } from './plan-text.ts';
import { type Preview } from './preview.svelte.ts';

const rotate: OpInfo = {
  op: 'rotate',
  parameters: [{ name: 'angle', unit: '°', minimum: -180, maximum: 180, step: 1, default: [-10, 10] }],
};
const jpeg: OpInfo = {
  op: 'jpeg',
  parameters: [{ name: 'quality', unit: '', minimum: 1, maximum: 100, step: 1, default: [40, 90] }],
};
const ops: Ops = [newOp(rotate), newOp(jpeg)];
const light: Plan = { name: 'light', groups: [], rest: ops };
const grouped: Plan = {
  name: 'contest',
  groups: [
    { name: 'A', classes: ['a', 'b'], base: ops, heavy: ops, heavyChance: 0.4, heavyByClass: { b: 0.9 } },
    { name: 'C', classes: ['c'], base: [], heavyChance: 0, heavyByClass: {} },
  ],
  rest: [],
};

describe('ops and plans', () => {
  it('moving there and back is the same list, and a range is never upside down', () => {
    expect(moveOp(moveOp(ops, 0, 1), 1, 0)).toEqual(ops);
    expect(moveOp(ops, 0, 5)).toBe(ops);
    expect(removeOp(addOp(ops, jpeg), 2)).toEqual(ops);
    expect(setRange(ops, 0, 'angle', [20, -5])[0]?.ranges['angle']).toEqual([-5, 20]);
  });
  it('a class is moved as one change, without the chance that it had', () => {
    const moved = moveClass(grouped, 'b', 1);
    expect(moved.groups.map(({ classes }) => classes)).toEqual([['a'], ['c', 'b']]);
    expect(moved.groups[0]?.heavyByClass).toEqual({});
    expect(moveClass(grouped, 'b', 0)).toBe(grouped);
    expect(changeCount(moved, setChance(grouped, 'b', null))).toBe(1);
  });
  it('an empty group, a doubled name and a choice of more than 1 keep a plan from being saved', () => {
    expect(problemsOf(grouped)).toEqual([]);
    expect(problemsOf(addGroup(grouped, (n) => `Group ${n}`))).toEqual([{ kind: 'empty', group: 'Group 1' }]);
    const chosen = setChoice(setChoice(ops, 0, 'x'), 1, 'x');
    expect(problemsOf(withOps(grouped, 1, 'base', chosen))).toEqual([]);
    expect(problemsOf(withOps(grouped, 1, 'base', setOp(chosen, 0, { p: 0.6 })))).toMatchObject([{ choice: 'x' }]);
    expect(removeGroup(grouped, 0).groups.map(({ name }) => name)).toEqual(['C']);
  });
  it('one for all and by group keep the ops', () => {
    expect(oneForAll(grouped)).toMatchObject({ groups: [], rest: ops });
    expect(byGroup(light, ['a', 'b'], String).groups).toMatchObject([{ name: '1', classes: ['a', 'b'], base: ops }]);
  });
});

const client = () =>
  fakeClient({
    'augment.catalogue': () => ({
      ops: [rotate, jpeg],
      presets: [
        { name: 'none', ops: [] },
        { name: 'light', ops },
      ],
      twin: { name: 'twin', ops: [] },
    }),
    'augment.plans': () => [grouped],
    'augment.get': () => light,
    'augment.set': (plan) => plan as Plan,
    'augment.preview': () => [],
  });

describe('the Augment view', () => {
  it('R draws again with the next seed and nothing else changed', async () => {
    const fake = client();
    const state = new AugmentState(fake);
    await state.load();
    state.preview.redraw();
    await Promise.resolve();
    const [first, second] = fake.inputs('augment.preview');
    expect(second).toEqual({ ...first, seed: 2 });
    state.dispose();
  });
  it('saving makes the changes the saved plan, under a name of its own', async () => {
    const fake = client();
    const state = new AugmentState(fake);
    await state.load();
    state.edit(withOps(state.plan, null, 'base', setOp(ops, 0, { p: 0.9 })));
    expect([state.changes, state.preset]).toEqual([1, null]);
    await state.save();
    expect(fake.inputs('augment.set')[0]?.name).toBe('own');
    expect(state.changes).toBe(0);
    state.dispose();
  });
  it('a preset is recognised by what it does; edits are taken back, a slider’s way at once', async () => {
    const state = new AugmentState(client());
    await state.load();
    state.usePreset('contest');
    expect(state.preset?.name).toBe('contest');
    state.edit(withOps(state.plan, 0, 'base', setOp(ops, 0, { p: 0.6 })), 'p');
    state.edit(withOps(state.plan, 0, 'base', setOp(ops, 0, { p: 0.7 })), 'p');
    state.undo();
    expect(state.preset?.name).toBe('contest');
    state.redo();
    expect(state.plan.groups[0]?.base[0]?.p).toBe(0.7);
    state.revert();
    expect(state.changes).toBe(0);
    state.dispose();
  });
  it('a strip asks for one list of the plan that can be drawn, whose place an empty group does not move', async () => {
    const fake = client();
    const state = new AugmentState(fake);
    await state.load();
    state.usePreset('contest');
    state.edit({ ...state.plan, groups: [{ ...state.plan.groups[0]!, name: 'E', classes: [] }, ...state.plan.groups] });
    state.look({ place: 1, tier: 'heavy' });
    state.preview.useMode('strip');
    await new Promise((settle) => setTimeout(settle, 0));
    const asked = fake.inputs('augment.preview').at(-1);
    expect(asked?.strip).toEqual({ group: 0, tier: 'heavy' });
    expect(asked?.plan?.groups.map(({ name }) => name)).toEqual(['A', 'C']);
    state.dispose();
  });
  it('edits that were not saved are there again when the view is opened again', async () => {
    const state = new AugmentState(client(), '/a.assay');
    await state.load();
    state.usePreset('contest');
    state.dispose();
    const again = new AugmentState(client(), '/a.assay');
    await again.load();
    expect([again.preset?.name, again.history.canUndo]).toEqual(['contest', true]);
    again.revert();
    again.dispose();
    const other = new AugmentState(client(), '/a.assay');
    await other.load();
    expect(other.changes).toBe(0);
    other.dispose();
  });
  it('what a run said of an op belongs to that op in its list, wherever it is moved', async () => {
    const kept = { mean: 0.9, median: 0.9 };
    const lost = { mean: 0.1, median: 0.1 };
    const said = {
      ...{ group: 'A', tier: 'base', index: 1, op: 'jpeg', clean: kept, under: lost, collapsed: ['a'], classes: [] },
      drawn: [{ image: 5, draw: 0, p: 0.1 }],
    };
    const result = {
      ...{ run: 3, plan: 'contest', seed: 1, draws: 1, rule: { known: 0.5, left: 0.5, draws: 3 }, unread: 0 },
      ...{ clean: [{ image: 5, class: 'a', p: 0.9, held: true }], ops: [said] },
    };
    const job = {
      ...{
        id: 7,
        kind: 'study',
        title: '3',
        state: 'done',
        phase: '',
        done: 1,
        total: 1,
        rate: null,
        secondsLeft: null,
      },
      ...{ createdAt: 0, finishedAt: 1, troubles: 0, result, error: null, resumable: false },
    } as JobInfo;
    const { judge } = new AugmentState(client());
    judge.onEvent({ type: 'job', job });
    const found = judge.of(grouped, { place: 0, tier: 'base' }, 1, 'jpeg');
    expect(found?.collapsed).toEqual(['a']);
    expect(judge.ofImage(found, 5)).toEqual({ clean: 0.9, under: 0.1 });
    expect(judge.ofImage(found, 6)).toBeNull();
    expect(judge.of(grouped, { place: 0, tier: 'base' }, 0, 'rotate')).toBeNull();
    // It moves along with the op; a second one of its kind was not asked.
    const moved = withOps(grouped, 0, 'base', [newOp(jpeg), newOp(rotate), newOp(jpeg)]);
    expect(judge.of(moved, { place: 0, tier: 'base' }, 0, 'jpeg')).toEqual(found);
    expect(judge.of(moved, { place: 0, tier: 'base' }, 2, 'jpeg')).toBeNull();
    expect(judge.of(grouped, { place: 1, tier: 'base' }, 1, 'jpeg')).toBeNull();
  });
  it('what was said of an op is stale once its ranges are others, whatever its probability is', () => {
    const { judge } = new AugmentState(client());
    const none = { mean: 0, median: 0 };
    const said = {
      ...{ group: 'A', tier: 'base' as const, index: 1, op: 'jpeg', ranges: { quality: [40, 90] as [number, number] } },
      ...{ clean: none, under: none, collapsed: [], classes: [], drawn: [] },
    };
    const now = newOp(jpeg);
    expect(judge.stale(said, now, jpeg)).toBe(false);
    expect(judge.stale(said, { ...now, p: 0.9 }, jpeg)).toBe(false);
    // A range that is left out is the op's own.
    expect(judge.stale(said, { ...now, ranges: {} }, jpeg)).toBe(false);
    expect(judge.stale(said, { ...now, ranges: { quality: [30, 90] } }, jpeg)).toBe(true);
  });
  it('a copied plan is taken over whole as one edit, without classes that are not there; others are refused by field', async () => {
    const state = new AugmentState(client());
    await state.load();
    const before = state.plan;
    expect(state.useText(planText(grouped), ['a', 'b'])).toBeNull();
    // The group of c is empty then, and gone.
    expect(state.plan.groups.map(({ name, classes }) => [name, classes])).toEqual([['A', ['a', 'b']]]);
    state.undo();
    expect(state.plan).toEqual(before);
    const odd = { ...grouped, rest: [{ op: 'melt', p: 0.5 }] };
    expect(state.useText(JSON.stringify(odd), ['a'])).toEqual({ wrong: 'op', field: 'rest[0].op: melt' });
    const out = { ...grouped, rest: [{ op: 'jpeg', p: 2 }] };
    expect(state.useText(JSON.stringify(out), ['a'])).toEqual({ wrong: 'field', field: 'rest[0].p' });
    expect(state.useText('{"name":"x","groups":[],"more":1}', ['a'])).toEqual({ wrong: 'field', field: 'more' });
    expect(state.useText('a plan', ['a'])).toEqual({ wrong: 'notJson' });
    expect(state.plan).toEqual(before);
    state.dispose();
  });
  it('a run judges the draws that are shown, and says nothing of others', async () => {
    const rows = [{ tile: { id: 5 }, original: '', draws: [] }] as unknown as Preview;
    const judged = [{ image: 5, clean: 0.9, draws: [0.8, 0.2, null] }];
    const asking = fakeClient({ 'augment.judge': () => judged });
    const drawn = new DrawnState(asking);
    const question = { rows, run: 3, plan: grouped, draws: 3, seed: 1 };
    drawn.ask(question);
    expect(drawn.busy).toBe(true);
    await vi.waitFor(() => expect(drawn.busy).toBe(false), 2000);
    expect(drawn.of(rows, 5, 0)).toEqual({ clean: 0.9, under: 0.8, fallen: false });
    expect(drawn.of(rows, 5, 1)?.fallen).toBe(true);
    expect(drawn.of(rows, 5, 2)).toBeNull();
    expect(drawn.countOf(rows)).toEqual({ fallen: 1, all: 2 });
    expect(drawn.of([...rows], 5, 0)).toBeNull();
    // An edit in between: the first question is never asked.
    drawn.ask(question);
    drawn.ask(null);
    drawn.turn(false);
    drawn.ask(question);
    expect(drawn.busy).toBe(false);
    expect(asking.inputs('augment.judge')).toHaveLength(1);
    drawn.dispose();
  });
});
