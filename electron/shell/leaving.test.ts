import { expect, it, vi } from 'vitest';
import { type Answer, Leaving, questionFor } from './leaving.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that can be changed, and a person who answers when told to. */
function scene(jobs: number) {
  const work = { jobs, locale: 'en' as const };
  const answers: ((answer: Answer) => void)[] = [];
  const ask = vi.fn(() => new Promise<Answer>((resolve) => answers.push(resolve)));
  const answer = async (given: Answer): Promise<void> => {
    answers.shift()?.(given);
    await settled();
  };
  return { work, ask, answer, leaving: new Leaving(() => work, ask), again: vi.fn(), hide: vi.fn() };
}

it('nothing under way: it ends without a question', () => {
  const { leaving, ask, again, hide } = scene(0);
  expect(leaving.mayClose(again)).toBe(true);
  expect(leaving.mayQuit(again, hide)).toBe(true);
  expect(ask).not.toHaveBeenCalled();
});

it('a job under way: it stays until the person agrees, who is asked once at a time', async () => {
  const { leaving, ask, answer, again, hide } = scene(1);
  expect([leaving.mayQuit(again, hide), leaving.mayClose(again)]).toEqual([false, false]);
  expect(ask).toHaveBeenCalledTimes(1);
  await answer('stay');
  expect(again).not.toHaveBeenCalled();
  expect(leaving.mayQuit(again, hide)).toBe(false);
  await answer('leave');
  expect(again).toHaveBeenCalledOnce();
  expect(hide).not.toHaveBeenCalled();
  expect([leaving.mayQuit(again, hide), leaving.waits]).toEqual([true, false]);
});

it('work goes on without a window until it is done, and a window that comes back is asked about again', async () => {
  const { work, leaving, answer, again, hide } = scene(2);
  expect(leaving.mayClose(again)).toBe(false);
  await answer('background');
  expect(again).toHaveBeenCalledOnce();
  expect([leaving.mayClose(again), leaving.waits]).toEqual([true, true]);
  expect(leaving.mayQuit(again, hide)).toBe(false);
  await answer('stay');
  leaving.shown();
  expect(leaving.mayClose(again)).toBe(false);
  await answer('background');
  work.jobs = 0;
  expect([leaving.waits, leaving.mayQuit(again, hide)]).toEqual([false, true]);
});

it('the question counts, in both languages', () => {
  expect(questionFor({ jobs: 2, locale: 'en' }).message).toBe('2 jobs are under way.');
  expect(questionFor({ jobs: 1, locale: 'ko' }).message).toBe('작업 1개가 진행 중입니다.');
});
