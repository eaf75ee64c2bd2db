import { expect, it, vi } from 'vitest';
import { Leaving, questionFor } from './leaving.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('nothing under way: it ends without a question', () => {
  const ask = vi.fn();
  expect(new Leaving(() => ({ jobs: 0, locale: 'en' }), ask).allowed(vi.fn())).toBe(true);
  expect(ask).not.toHaveBeenCalled();
});

it('a job under way: it stays until the person agrees, who is asked once at a time', async () => {
  const answers: ((leave: boolean) => void)[] = [];
  const ask = vi.fn(() => new Promise<boolean>((resolve) => answers.push(resolve)));
  const leaving = new Leaving(() => ({ jobs: 1, locale: 'en' }), ask);
  const again = vi.fn();
  expect([leaving.allowed(again), leaving.allowed(again)]).toEqual([false, false]);
  expect(ask).toHaveBeenCalledTimes(1);
  answers[0]?.(false);
  await settled();
  expect(again).not.toHaveBeenCalled();
  expect(leaving.allowed(again)).toBe(false);
  answers[1]?.(true);
  await settled();
  expect(again).toHaveBeenCalledOnce();
  expect(leaving.allowed(again)).toBe(true);
});

it('the question counts, in both languages', () => {
  expect(questionFor({ jobs: 2, locale: 'en' }).message).toBe('2 jobs are under way. Quit and stop them?');
  expect(questionFor({ jobs: 1, locale: 'ko' }).message).toBe('작업 1개가 진행 중입니다. 멈추고 끝낼까요?');
});
