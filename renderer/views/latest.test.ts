import { describe, expect, it } from 'vitest';
import { Latest } from './latest.ts';

describe('one question at a time', () => {
  it('a late answer to an older question is dropped', async () => {
    const latest = new Latest();
    let answerFirst: (v: string) => void = () => undefined;
    const first = latest.ask(() => new Promise<string>((resolve) => (answerFirst = resolve)));
    const second = latest.ask(() => Promise.resolve('new'));
    answerFirst('old');
    expect(await first).toBeNull();
    expect((await second)?.value).toBe('new');
  });
  it('asking again aborts the work under way', async () => {
    const latest = new Latest();
    let signal: AbortSignal | undefined;
    const first = latest.ask((s) => {
      signal = s;
      return new Promise<never>((_, reject) => s.addEventListener('abort', () => reject(new Error('aborted'))));
    });
    await latest.ask(() => Promise.resolve(1));
    expect(signal?.aborted).toBe(true);
    expect(await first).toBeNull();
  });
  it('a failure is an answer with an error, not a rejection', async () => {
    const answer = await new Latest().ask(() => Promise.reject(new Error('broken')));
    expect(answer?.error?.code).toBe('internal/fault');
  });
});
