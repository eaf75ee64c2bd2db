import { describe, expect, it } from 'vitest';
import { fakeClient } from '../fake-client.ts';
import { anEvaluation } from '../samples.ts';
import { curveSeries, pointAt } from './curve.ts';
import { CurvesState } from './curves.svelte.ts';
import { fileNameFor, OutState } from './out.svelte.ts';

const points = [
  { threshold: 0.9, precision: 1, recall: 0.5, taken: 5 },
  { threshold: 0.6, precision: 0.8, recall: 0.5, taken: 6 },
  { threshold: 0.4, precision: 0.9, recall: 1, taken: 11 },
];

describe('curves', () => {
  it('rise in recall, begin at the axis, and draw the most precise of one recall', () => {
    expect(curveSeries(points)[0]?.points).toEqual([
      { x: 0, y: 1 },
      { x: 0.5, y: 1 },
      { x: 1, y: 0.9 },
    ]);
  });
  it('a threshold takes what reaches it', () => {
    expect([pointAt(points, 0.95), pointAt(points, 0.6)?.taken, pointAt(points, 0)?.taken]).toEqual([null, 6, 11]);
  });
  it('are asked once for an evaluation, and begin with the worst class', async () => {
    const evaluation = anEvaluation([
      [1, 0],
      [0, 1],
    ]);
    const worse = evaluation.perClass.map((c, i) => ({ ...c, f1: i === 1 ? 0.4 : 0.9 }));
    const client = fakeClient({
      'runs.curves': ({ run, split }) => ({ run, split, classes: [{ class: 'class 1', averagePrecision: 1, points }] }),
    });
    const state = new CurvesState(client);
    const looked = { ...evaluation, perClass: worse };
    await state.of(looked);
    await state.of(looked);
    expect([client.asked.length, state.chosen, state.curve?.points.length]).toEqual([1, 'class 1', 3]);
    await state.of({ ...looked });
    expect(client.asked).toHaveLength(2);
  });
});

describe('files', () => {
  it('have names that any disk takes', () => {
    expect(fileNameFor({ id: 3, name: 'page + photo / 2' }, '.html')).toBe('run-3-page-photo-2.html');
    expect(fileNameFor({ id: 3, name: '영수증' }, '.onnx')).toBe('run-3-영수증.onnx');
  });
  it('a report says where it went', async () => {
    const state = new OutState(
      fakeClient({ 'runs.report': ({ out }) => ({ out, split: 'test', images: 1, macroF1: 1, bytes: 1 }) }),
    );
    await state.report(1, 'test', '/a.html');
    expect([state.path, state.busy, state.error]).toEqual(['/a.html', false, null]);
  });
});
