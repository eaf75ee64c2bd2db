import { expect, it } from 'vitest';
import { loadView, type View } from './registry.ts';

it('a part of the page that does not come is an error to be shown, and may be asked for again', async () => {
  const view = (() => ({})) as unknown as View;
  let tries = 0;
  const images = (): Promise<{ default: View }> =>
    ++tries === 1 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve({ default: view });
  const loaders = new Proxy({}, { get: () => images }) as Parameters<typeof loadView>[1];
  await expect(loadView('images', loaders)).rejects.toMatchObject({
    code: 'door/view-missing',
    message: 'The view could not be loaded (Failed to fetch).',
  });
  expect(await loadView('images', loaders)).toBe(view);
});
