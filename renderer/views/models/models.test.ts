import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../electron/contract/errors.ts';
import { fakeClient } from '../fake-client.ts';
import { aBackbone, anEvaluation, aRun } from '../samples.ts';
import { ModelsState, nameFor } from './models.svelte.ts';

const answers = {
  'runs.list': () => [aRun(1), aRun(2)],
  'backbones.list': () => [aBackbone('page')],
  'runs.evaluate': () => anEvaluation([[1]]),
  'runs.rename': () => ({}),
  'runs.remove': () => ({}),
};

describe('the Models view', () => {
  it('a name is made of what the contract allows', () => {
    expect(nameFor('C:\\nets\\MobileNet V2 (100).onnx')).toBe('MobileNet-V2-100');
    expect(nameFor('/a/모델.onnx')).toBe('');
  });
  it('removing asks once and then goes to the next run', async () => {
    const client = fakeClient(answers);
    const state = new ModelsState(client);
    await state.load();
    await state.remove();
    expect([client.inputs('runs.remove'), state.removing]).toEqual([[], 2]);
    await state.remove();
    expect(client.inputs('runs.remove')).toEqual([{ run: 2 }]);
    expect([state.runs.map((r) => r.id), state.run?.id]).toEqual([[1], 1]);
  });
  it('looking elsewhere takes the question back', async () => {
    const state = new ModelsState(fakeClient(answers));
    await state.load();
    await state.remove();
    state.choose({ kind: 'run', id: 1 });
    expect(state.removing).toBeNull();
  });
  it('a file without preprocessing is asked about, then added with what was typed', async () => {
    let known = false;
    const client = fakeClient({
      ...answers,
      'backbones.add': ({ mean }) => {
        known = mean !== undefined;
        if (!known)
          throw new AssayError('model/preprocessing', { subject: 'x.onnx', values: { reason: 'no metadata' } });
        return aBackbone('x', { origin: 'project' });
      },
    });
    const state = new ModelsState(client);
    await state.load();
    state.open('/x.onnx');
    await state.add();
    expect([state.form?.asked, state.addError?.code]).toEqual([true, 'model/preprocessing']);
    await state.add();
    expect([known, state.form, state.backbone?.name]).toEqual([true, null, 'x']);
  });
});
