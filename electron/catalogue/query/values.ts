/** Values of query terms: numbers with units, dates, globs. Each throws `query/invalid` at the value's place. */
import { ANYTHING, type Range } from './scan.ts';
import { invalid, type Operator, type Word } from './syntax.ts';

/** A comparison as a range; `:` means equal. */
export function rangeOf(operator: Operator, value: number): Range {
  switch (operator) {
    case ':':
      return { low: value, lowInclusive: true, high: value, highInclusive: true };
    case '<':
      return { ...ANYTHING, high: value };
    case '<=':
      return { ...ANYTHING, high: value, highInclusive: true };
    case '>':
      return { ...ANYTHING, low: value };
    case '>=':
      return { ...ANYTHING, low: value, lowInclusive: true };
  }
}

const UNITS: Record<string, number> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 };

export function numberOf(word: Word): number {
  const value = Number(word.text.replace(/px$/i, ''));
  if (word.text.trim() === '' || !Number.isFinite(value))
    throw invalid(`"${word.text}" is not a number`, word.start, word.end);
  return value;
}

/** 2mb, 500kb, 1.5 GiB, or plain bytes. */
export function bytesOf(word: Word): number {
  const match = /^([\d.]+)\s*([a-z]*)$/i.exec(word.text);
  const unit = UNITS[(match?.[2] ?? '').toLowerCase() || 'b'];
  const value = Number(match?.[1]);
  if (!match || unit === undefined || !Number.isFinite(value))
    throw invalid(`"${word.text}" is not a size: write 2mb or 500kb`, word.start, word.end);
  return value * unit;
}

const AGES: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/**
 * A day (2026-11-01, local time) or an age (7d, 12h, 2w, 30m). `<7d` means younger than seven days, so an age turns
 * the comparison round.
 */
export function timeRange(operator: Operator, word: Word, now: number): Range {
  const age = /^(\d+(?:\.\d+)?)([mhdw])$/i.exec(word.text);
  if (age) {
    const moment = now - Number(age[1]) * (AGES[(age[2] ?? 'd').toLowerCase()] ?? 0);
    const turned: Record<Operator, Operator> = { ':': '>=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
    return rangeOf(turned[operator], moment);
  }
  const day = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$/.exec(word.text);
  if (!day) throw invalid(`"${word.text}" is not a day (2026-11-01) or an age (7d, 12h)`, word.start, word.end);
  const [year, month] = [Number(day[1]), Number(day[2]) - 1];
  const begin = new Date(year, month, day[3] === undefined ? 1 : Number(day[3])).getTime();
  const end =
    day[3] === undefined ? new Date(year, month + 1, 1).getTime() : new Date(year, month, Number(day[3]) + 1).getTime();
  switch (operator) {
    case ':':
      return { low: begin, lowInclusive: true, high: end, highInclusive: false };
    case '<':
      return rangeOf('<', begin);
    case '<=':
      return rangeOf('<', end);
    case '>':
      return rangeOf('>=', end);
    case '>=':
      return rangeOf('>=', begin);
  }
}

/**
 * A matcher for a glob (`*`, `?`), regardless of case, in NFC; null for a text without a wildcard. Goes back only to
 * the last star, so that no pattern costs more than text times pattern.
 */
export function glob(pattern: string): ((text: string) => boolean) | null {
  if (!/[*?]/.test(pattern)) return null;
  const wanted = [...pattern.normalize('NFC').toLowerCase()];
  return (text) => {
    const given = [...text.toLowerCase()];
    let [p, t, star, retry] = [0, 0, -1, 0];
    while (t < given.length) {
      if (wanted[p] === '*') {
        star = p++;
        retry = t;
      } else if (wanted[p] === '?' || wanted[p] === given[t]) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++retry;
      } else return false;
    }
    while (wanted[p] === '*') p++;
    return p === wanted.length;
  };
}
