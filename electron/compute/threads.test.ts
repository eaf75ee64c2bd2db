import { expect, test } from 'vitest';
import { openThreads } from './threads.ts';

const script = new URL('./testing/echo-thread.ts', import.meta.url);

test('every question gets its own answer, an error keeps its code, and a thread that broke is replaced', async () => {
  const threads = openThreads<{ say: number } | { fail: true } | { crash: true }, number>(script, { add: 10 }, 2);
  const answers = await Promise.all(Array.from({ length: 9 }, (_, say) => threads.ask({ say })));
  expect(answers).toEqual(Array.from({ length: 9 }, (_, say) => say + 10));
  await expect(threads.ask({ fail: true })).rejects.toMatchObject({ code: 'internal/cancelled' });
  await expect(threads.ask({ crash: true })).rejects.toThrow('broke');
  expect(await threads.ask({ say: 1 })).toBe(11);
  await threads.close();
});

test('closing waits for the answer under way and refuses the questions that wait', async () => {
  const threads = openThreads<{ say: number }, number>(script, { add: 1 }, 1);
  const first = threads.ask({ say: 1 });
  const second = threads.ask({ say: 2 });
  const refused = expect(second).rejects.toMatchObject({ code: 'internal/cancelled' });
  await threads.close();
  expect(await first).toBe(2);
  await refused;
  await expect(threads.ask({ say: 3 })).rejects.toMatchObject({ code: 'internal/cancelled' });
});
