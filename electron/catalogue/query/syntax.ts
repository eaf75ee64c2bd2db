/** Text of a query → tree with positions. Knows the grammar; what a field means is in fields.ts. */
import { AssayError } from '../../contract/index.ts';

export type Operator = ':' | '<' | '<=' | '>' | '>=';

/** One value of a term, with its place in the text. */
export interface Word {
  text: string;
  /** In quotes: `none` and `any` are then plain words. */
  quoted: boolean;
  start: number;
  end: number;
}

export interface Term {
  type: 'term';
  /** Empty for a bare word. */
  field: string;
  operator: Operator;
  /** Alternatives, at least one. */
  values: Word[];
  start: number;
  end: number;
}

export type Node = Term | { type: 'and' | 'or'; parts: Node[] } | { type: 'not'; part: Node; start: number };

export interface Sort {
  by: string;
  /** Seed of random:N. */
  argument: string | null;
  reverse: boolean;
  start: number;
  end: number;
}

export interface Parsed {
  /** Null for the empty query: every image. */
  root: Node | null;
  sort: Sort | null;
}

/** `query/invalid`; `position` counts from 1, `start` and `end` from 0, for a mark in the text. */
export function invalid(reason: string, start: number, end: number = start + 1): AssayError {
  return new AssayError('query/invalid', { values: { reason, position: start + 1, start, end } });
}

const FIELD = /([A-Za-z][A-Za-z-]*)(:(?:<=|>=|<|>|=)?|<=|>=|<|>|=)/y;
const SPACE = /[\s\u3000]/;
/** Parentheses deeper than this are refused instead of exhausting the stack. */
const DEEPEST = 100;

/** Parses a query. Throws `query/invalid` with the place. Field names are not checked here. */
export function parse(text: string): Parsed {
  let at = 0;
  let sort: Sort | null = null;

  const skip = (): void => {
    while (at < text.length && SPACE.test(text[at] ?? '')) at++;
  };
  /** Whether the word `word` stands here alone. */
  const keyword = (word: string): boolean => {
    const next = text[at + word.length];
    return text.startsWith(word, at) && (next === undefined || SPACE.test(next) || next === '(' || next === ')');
  };

  function quoted(): Word {
    const start = at++;
    let value = '';
    for (; at < text.length; at++) {
      const c = text[at] ?? '';
      if (c === '"') return { text: value, quoted: true, start, end: ++at };
      if (c === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) value += text[++at] ?? '';
      else value += c;
    }
    throw invalid('the quote is not closed', start, text.length);
  }

  /** Up to a space, a parenthesis that was not opened in the word, or (in lists) a comma. */
  function plain(list: boolean): Word {
    const start = at;
    for (let open = 0; at < text.length; at++) {
      const c = text[at] ?? '';
      if (SPACE.test(c) || (list && c === ',')) break;
      if (c === '(') open++;
      if (c === ')' && open-- === 0) break;
    }
    return { text: text.slice(start, at), quoted: false, start, end: at };
  }

  function values(field: string): Word[] {
    const list: Word[] = [];
    for (;;) {
      const word = text[at] === '"' ? quoted() : plain(true);
      if (word.text === '' && !word.quoted) throw invalid(`a value is missing after "${field}"`, word.start);
      list.push(word);
      if (text[at] !== ',') return list;
      at++;
    }
  }

  function term(): Term {
    const start = at;
    FIELD.lastIndex = at;
    const match = FIELD.exec(text);
    if (!match) {
      const word = text[at] === '"' ? quoted() : plain(false);
      return { type: 'term', field: '', operator: ':', values: [word], start, end: at };
    }
    const [whole, field = '', sign = ':'] = match;
    at += whole.length;
    const comparison = sign.replace(/^:/, '').replace(/^=$/, '');
    const operator = (comparison === '' ? ':' : comparison) as Operator;
    return { type: 'term', field: field.toLowerCase(), operator, values: values(whole), start, end: at };
  }

  function readSort(found: Term, depth: number, alone: boolean): void {
    if (depth > 0 || !alone)
      throw invalid('sort belongs at the top, outside parentheses and OR', found.start, found.end);
    if (sort) throw invalid('there is a sort already', found.start, found.end);
    const [value] = found.values;
    if (!value || found.values.length > 1 || found.operator !== ':')
      throw invalid('sort takes one field', found.start, found.end);
    const [, minus, by = '', argument] = /^(-?)([^:]*)(?::(.*))?$/.exec(value.text) ?? [];
    sort = {
      by: by.toLowerCase(),
      argument: argument ?? null,
      reverse: minus === '-',
      start: found.start,
      end: found.end,
    };
  }

  /** Null where only a sort stood. */
  function unary(depth: number, alone: boolean): Node | null {
    if (depth > DEEPEST) throw invalid('too many parentheses', at);
    if (text[at] === '-') {
      const start = at++;
      if (at >= text.length || SPACE.test(text[at] ?? '') || text[at] === ')')
        throw invalid('nothing follows "-"', start);
      const part = unary(depth + 1, false);
      return part === null ? null : { type: 'not', part, start };
    }
    if (text[at] === '(') {
      const start = at++;
      const inner = either(depth + 1);
      if (text[at] !== ')') throw invalid('the parenthesis is not closed', start);
      at++;
      if (inner === null) throw invalid('the parentheses are empty', start, at);
      return inner;
    }
    const found = term();
    if (found.field !== 'sort') return found;
    readSort(found, depth, alone);
    return null;
  }

  function all(depth: number): Node | null {
    const parts: Node[] = [];
    for (;;) {
      skip();
      if (at >= text.length || text[at] === ')' || keyword('OR')) break;
      if (keyword('AND') && parts.length > 0) {
        at += 3;
        continue;
      }
      const part = unary(depth, true);
      if (part) parts.push(part);
    }
    if (parts.length <= 1) return parts[0] ?? null;
    return { type: 'and', parts };
  }

  function either(depth: number): Node | null {
    const parts: Node[] = [];
    for (;;) {
      const start = at;
      const part = all(depth);
      const more = keyword('OR');
      if (part) parts.push(part);
      else if (more || parts.length > 0) throw invalid('something is missing beside OR', start);
      if (!more) break;
      at += 2;
    }
    if (parts.length <= 1) return parts[0] ?? null;
    return { type: 'or', parts };
  }

  const root = either(0);
  if (at < text.length) throw invalid('this parenthesis was never opened', at);
  return { root, sort };
}
