import { describe, expect, it } from 'vitest';
import { pieces, score } from './found.ts';

describe('finding a command', () => {
  it('wants every word, in title or scope', () => {
    expect(score('Accept the prediction', 'Label', 'acc lab')).not.toBeNull();
    expect(score('Accept the prediction', 'Label', 'acc zzz')).toBeNull();
    expect(score('Accept', 'Label', '')).toBe(0);
  });

  it('puts a beginning before a word before a middle', () => {
    const [a, b, c] = ['Label letter', 'Remove the label', 'Unlabelled'].map(
      (title) => score(title, '', 'label') ?? Infinity,
    );
    expect((a ?? 0) < (b ?? 0) && (b ?? 0) < (c ?? 0)).toBe(true);
  });

  it('cuts the title at its matches without losing a letter', () => {
    const cut = pieces('입퇴원 확인서 라벨', '확인');
    expect(cut.map(({ text }) => text).join('')).toBe('입퇴원 확인서 라벨');
    expect(cut.filter(({ match }) => match).map(({ text }) => text)).toEqual(['확인']);
  });
});
