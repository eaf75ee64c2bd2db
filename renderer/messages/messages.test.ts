import { describe, expect, it } from 'vitest';
import { en } from './en/index.ts';
import { ko } from './ko/index.ts';
import { bytes, format, language, t, timeLeft } from './messages.svelte.ts';

const holes = (sentence: string): string[] =>
  [...new Set([...sentence.matchAll(/\{(\w+)[|}]/g)].map((m) => m[1] ?? ''))].sort();

describe('messages', () => {
  it('have the same keys and the same holes in both languages', () => {
    for (const area of Object.keys(en) as (keyof typeof en)[]) {
      const english: Record<string, string> = en[area];
      const korean: Record<string, string> = ko[area];
      expect(Object.keys(korean).sort()).toEqual(Object.keys(english).sort());
      for (const [key, sentence] of Object.entries(english))
        expect([key, holes(korean[key] ?? '')]).toEqual([key, holes(sentence)]);
    }
  });

  it('never shout and never say that something went wrong', () => {
    for (const catalogue of [en, ko])
      for (const sentence of Object.values(catalogue).flatMap((area) => Object.values(area) as string[])) {
        expect(sentence).not.toMatch(/!/);
        expect(sentence).not.toMatch(/something went wrong/i);
      }
  });

  it('choose by number and group thousands', () => {
    expect(format('{n|1 image|{n} images}', { n: 1 }, 'en')).toBe('1 image');
    expect(format('{n|1 image|{n} images}', { n: 4710 }, 'en')).toBe('4,710 images');
    expect(format('{a} of {b}', { a: 'x' }, 'en')).toBe('x of {b}');
  });

  it('follow the language at once', () => {
    expect(t('frame.undo')).toBe('Undo');
    language.locale = 'ko';
    expect(t('frame.undo')).toBe('되돌리기');
    expect(timeLeft(660)).toBe('11분 남음');
    language.locale = 'en';
    expect(timeLeft(660)).toBe('11 min left');
  });

  it('write sizes in three figures', () => {
    expect([bytes(12), bytes(61_000), bytes(2_400_000)]).toEqual(['12 B', '61 kB', '2.4 MB']);
  });
});
