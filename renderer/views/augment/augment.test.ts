import { describe, expect, it } from 'vitest';
import { type OpInfo, type Policy } from '../../../electron/contract/words.ts';
import { fakeClient } from '../fake-client.ts';
import { AugmentState } from './augment.svelte.ts';
import { addOp, changeCount, moveOp, newOp, removeOp, samePolicy, setOp, setRange } from './policy.ts';

const rotate: OpInfo = {
  op: 'rotate',
  parameters: [{ name: 'angle', unit: '°', minimum: -180, maximum: 180, step: 1, default: [-10, 10] }],
};
const jpeg: OpInfo = {
  op: 'jpeg',
  parameters: [{ name: 'quality', unit: '', minimum: 1, maximum: 100, step: 1, default: [40, 90] }],
};
const policy: Policy = { name: 'light', ops: [newOp(rotate), newOp(jpeg)] };

describe('policies', () => {
  it('moving there and back is the same policy', () => {
    expect(moveOp(moveOp(policy, 0, 1), 1, 0)).toEqual(policy);
    expect(moveOp(policy, 0, 5)).toBe(policy);
  });
  it('an added op that is removed leaves no change', () => {
    expect(changeCount(removeOp(addOp(policy, jpeg), 2), policy)).toBe(0);
  });
  it('a range is never upside down', () => {
    expect(setRange(policy, 0, 'angle', [20, -5]).ops[0]?.ranges['angle']).toEqual([-5, 20]);
  });
  it('editing a copy leaves the catalogue and the original alone', () => {
    const changed = setRange(policy, 0, 'angle', [-1, 1]);
    expect(policy.ops[0]?.ranges['angle']).toEqual([-10, 10]);
    expect(rotate.parameters[0]?.default).toEqual([-10, 10]);
    expect(changeCount(changed, policy)).toBe(1);
  });
  it('the name does not make a policy another one', () => {
    expect(samePolicy(policy, { ...policy, name: 'own' })).toBe(true);
  });
});

const client = () =>
  fakeClient({
    'augment.catalogue': () => ({ ops: [rotate, jpeg], presets: [{ name: 'none', ops: [] }, policy] }),
    'augment.get': () => policy,
    'augment.set': (p) => p,
    'augment.preview': () => [],
  });

describe('the Augment view', () => {
  it('R draws again with the next seed and nothing else changed', async () => {
    const fake = client();
    const state = new AugmentState(fake);
    await state.load();
    state.redraw();
    await Promise.resolve();
    const [first, second] = fake.inputs('augment.preview');
    expect(second).toEqual({ ...first, seed: 2 });
    state.dispose();
  });
  it('saving makes the changes the saved policy, under a name of its own', async () => {
    const fake = client();
    const state = new AugmentState(fake);
    await state.load();
    state.edit(setOp(state.policy, 0, { p: 0.9 }));
    expect([state.changes, state.preset]).toEqual([1, null]);
    await state.save();
    expect(fake.inputs('augment.set')[0]?.name).toBe('own');
    expect(state.changes).toBe(0);
    state.dispose();
  });
  it('a preset is recognised by what it does', async () => {
    const state = new AugmentState(client());
    await state.load();
    state.usePreset('none');
    expect([state.preset?.name, state.changes]).toEqual(['none', 2]);
    state.revert();
    expect(state.changes).toBe(0);
    state.dispose();
  });
});
