import { describe, expect, it } from 'vitest';
import { classQuery, filtersClass, withCondition, withoutChip } from './query-text.ts';

/** Takes the piece of the text away as if it were a chip. */
const without = (text: string, piece: string) =>
  withoutChip(text, { start: text.indexOf(piece), end: text.indexOf(piece) + piece.length });

describe('query text', () => {
  it('quotes names that the grammar would cut', () => {
    expect(classQuery('receipt')).toBe('class:receipt');
    expect(classQuery('입퇴원 확인서')).toBe('class:"입퇴원 확인서"');
    expect(classQuery('a,b')).toBe('class:"a,b"');
  });

  it('takes a condition away with the OR that joined it', () => {
    expect(without('class:a OR class:b', 'class:b')).toBe('class:a');
    expect(without('class:a OR class:b', 'class:a')).toBe('class:b');
    expect(without('class:a p>0.9 sort:name', 'p>0.9')).toBe('class:a sort:name');
    expect(without('class:a', 'class:a')).toBe('');
    expect(without('(class:a) p>1', 'class:a')).toBe('p>1');
  });

  it('adds a condition to any text', () => {
    expect(withCondition('', 'is:unsure')).toBe('is:unsure');
    expect(withCondition(' class:a ', 'is:unsure')).toBe('class:a is:unsure');
  });

  it('shows a class as chosen only where it is asked for', () => {
    const chip = { field: 'class', negated: false, joinedBy: 'and' as const, start: 0, end: 1 };
    expect(filtersClass([{ ...chip, value: 'a, b' }], 'b')).toBe(true);
    expect(filtersClass([{ ...chip, value: 'a', negated: true }], 'a')).toBe(false);
    expect(filtersClass([{ ...chip, field: 'predicted', value: 'a' }], 'a')).toBe(false);
  });
});
