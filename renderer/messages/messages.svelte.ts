/**
 * Words on screen. One file an area and language; English decides the keys, a missing Korean one is a type error.
 * `t('frame.undo')` follows the language live; `{holes}` are filled, `{n|one image|{n} images}` chooses by number.
 */
import { en } from './en/index.ts';
import { ko } from './ko/index.ts';

type Areas = typeof en;
export type MessageKey = { [A in keyof Areas & string]: `${A}.${keyof Areas[A] & string}` }[keyof Areas & string];
export type Values = Record<string, string | number>;
export type Locale = 'en' | 'ko';

const catalogues: Record<Locale, Record<string, Record<string, string>>> = { en, ko };

class Language {
  locale = $state<Locale>('en');
}
export const language = new Language();

/** `{n|one|many}`: the first form where n is 1. Numbers get the locale's separators. */
export function format(sentence: string, values: Values, locale: Locale): string {
  const plural = sentence.replace(
    /\{(\w+)\|([^|{}]*(?:\{\w+\}[^|{}]*)*)\|([^|{}]*(?:\{\w+\}[^|{}]*)*)\}/g,
    (_all, name: string, one: string, many: string) => (values[name] === 1 ? one : many),
  );
  return plural.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    return value === undefined ? hole : typeof value === 'number' ? number(value, locale) : value;
  });
}

export function t(key: MessageKey, values: Values = {}): string {
  const [area = '', name = ''] = key.split(/\.(.*)/s);
  const sentence = catalogues[language.locale][area]?.[name];
  return sentence === undefined ? key : format(sentence, values, language.locale);
}

const formats = new Map<string, Intl.NumberFormat>();
/** 3140 → 3,140. */
export function number(value: number, locale: Locale = language.locale, digits = 3): string {
  const key = `${locale} ${digits}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.NumberFormat(locale, { maximumFractionDigits: digits })));
  return found.format(value);
}

/** A probability or score as 0.93. */
export const fixed = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? '—' : value.toFixed(digits);

/** Size of a file: 61 kB, 2.4 MB. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let scaled = value / 1000;
  let unit = 0;
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return `${scaled < 10 ? scaled.toFixed(1) : Math.round(scaled)} ${units[unit]}`;
}

/** 11 min left / 11분 남음. */
export function timeLeft(seconds: number): string {
  const [en_, ko_] =
    seconds < 60
      ? [`${Math.max(1, Math.round(seconds))} s left`, `${Math.max(1, Math.round(seconds))}초 남음`]
      : seconds < 3600
        ? [`${Math.round(seconds / 60)} min left`, `${Math.round(seconds / 60)}분 남음`]
        : [
            `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min left`,
            `${Math.floor(seconds / 3600)}시간 ${Math.round((seconds % 3600) / 60)}분 남음`,
          ];
  return language.locale === 'ko' ? ko_ : en_;
}

/** 12 s, 2 min 5 s. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const parts =
    language.locale === 'ko'
      ? [h && `${h}시간`, m && `${m}분`, !h && (s || !m) && `${s}초`]
      : [h && `${h} h`, m && `${m} min`, !h && (s || !m) && `${s} s`];
  return parts.filter(Boolean).join(' ');
}

/** A day, with the time where it is today. */
export function when(at: number): string {
  const date = new Date(at);
  const today = new Date().toDateString() === date.toDateString();
  const time = date.toLocaleTimeString(language.locale, { hour: '2-digit', minute: '2-digit' });
  if (today) return language.locale === 'ko' ? `오늘 ${time}` : `today, ${time}`;
  return date.toLocaleDateString(language.locale, { year: 'numeric', month: 'short', day: 'numeric' });
}
