import { describe, expect, it, vi } from 'vitest';
import { Keys, keyName, type Action } from './keys.svelte.ts';

const event = (key: string, more: Partial<KeyboardEvent> = {}): KeyboardEvent =>
  ({
    key,
    code: '',
    ctrlKey: false,
    shiftKey: false,
    altKey: false,
    metaKey: false,
    isComposing: false,
    target: null,
    preventDefault: () => undefined,
    stopPropagation: () => undefined,
    ...more,
  }) as unknown as KeyboardEvent;
const action = (key: string, run: () => void, more: Partial<Action> = {}): Action => ({
  id: key,
  title: () => key,
  key,
  run,
  ...more,
});

// The page's classes, so that a press without a target is told from one in a field.
vi.stubGlobal('HTMLElement', class {});
vi.stubGlobal('HTMLInputElement', class {});

describe('keyName', () => {
  it('names keys by letter, with modifiers in one order', () => {
    expect(keyName(event('A', { code: 'KeyA', shiftKey: true }))).toBe('Shift+a');
    expect(keyName(event('z', { code: 'KeyZ', ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+z');
    expect(keyName(event(' ', { code: 'Space' }))).toBe('Space');
    expect(keyName(event('?', { code: 'Slash', shiftKey: true }))).toBe('?');
    expect(keyName(event('!', { code: 'Digit1', shiftKey: true }))).toBe('Shift+1');
  });

  it('understands class keys while a Korean input method is on', () => {
    expect(keyName(event('ㅁ', { code: 'KeyA' }))).toBe('a');
    expect(keyName(event('ㅋ', { code: 'KeyZ', ctrlKey: true }))).toBe('Ctrl+z');
    expect(keyName(event('Process', { code: 'KeyU' }))).toBe('u');
  });
});

describe('Keys', () => {
  it('asks the newest scope first and gives the key back when that is gone', () => {
    const keys = new Keys();
    const [outer, inner] = [vi.fn(), vi.fn()];
    keys.push({ name: 'grid', actions: () => [action('x', outer)] });
    const end = keys.push({ name: 'loupe', actions: () => [action('x', inner)] });
    keys.handle(event('x'));
    end();
    keys.handle(event('x'));
    expect([inner.mock.calls.length, outer.mock.calls.length]).toEqual([1, 1]);
  });

  it('lets nothing through a modal scope', () => {
    const keys = new Keys();
    const outer = vi.fn();
    keys.push({ name: 'grid', actions: () => [action('x', outer)] });
    keys.push({ name: 'dialog', modal: true, actions: () => [] });
    expect(keys.handle(event('x'))).toBe(false);
    expect(outer).not.toHaveBeenCalled();
  });

  it('passes over what cannot be done now', () => {
    const keys = new Keys();
    const outer = vi.fn();
    keys.push({ name: 'a', actions: () => [action('Escape', outer)] });
    keys.push({ name: 'b', actions: () => [action('Escape', vi.fn(), { enabled: () => false })] });
    expect(keys.handle(event('Escape'))).toBe(true);
    expect(outer).toHaveBeenCalledOnce();
  });

  it('does nothing while a syllable is being composed', () => {
    const keys = new Keys();
    const run = vi.fn();
    keys.push({ name: 'a', actions: () => [action('a', run)] });
    expect(keys.handle(event('a', { isComposing: true }))).toBe(false);
    expect(run).not.toHaveBeenCalled();
  });

  it('offers what is not hidden to the palette, and what has a key to the sheet', () => {
    const keys = new Keys();
    const run = vi.fn();
    keys.push({
      name: 'v',
      actions: () => [
        action('a', run),
        action('b', run, { hidden: true }),
        { id: 'c', title: () => 'c', run },
        action('d', run, { unlisted: true }),
      ],
    });
    expect(keys.offered.map(({ action: { id } }) => id)).toEqual(['a', 'c', 'd']);
    expect(keys.sheet[0]?.actions.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});
