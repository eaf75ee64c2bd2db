/** Tree of a query → sets to read and combine, and the chips that show it. */
import { type Chip } from '../../contract/index.ts';
import { bareWord, type Expression, FIELDS, namedKind, namedRun, type Scope, similarTo, type World } from './fields.ts';
import { invalid, type Node, type Parsed, parse, type Sort, type Term, type Word } from './syntax.ts';

export const SORTS = ['added', 'name', 'p', 'entropy', 'margin', 'score', 'random', 'similarity'] as const;
export type SortName = (typeof SORTS)[number];

export interface Query {
  expression: Expression;
  sort: { by: SortName; seed: number; reverse: boolean };
  /** Run and kind of finding that the sort is of. */
  scope: Scope;
  chips: Chip[];
  /** Image that the query asks neighbours of; null where it does not. */
  similar: number | null;
}

/** The images that a text names with similar:#id: to be resolved before it is compiled. Throws `query/invalid`. */
export function similarOf(text: string): Word[] {
  const words: Word[] = [];
  const visit = (node: Node | null): void => {
    if (node === null) return;
    if (node.type === 'term') {
      if (node.field === 'similar') words.push(...node.values);
    } else if (node.type === 'not') visit(node.part);
    else node.parts.forEach(visit);
  };
  visit(parse(text).root);
  return words;
}

/** Terms that hold for every image of the result: those of the outermost AND. */
const conjuncts = (node: Node | null): Node[] => (node === null ? [] : node.type === 'and' ? node.parts : [node]);

/** What run:… and finding:… beside each other say to their neighbours. */
function scopeOf(parts: Node[], outer: Scope, world: World): Scope {
  let { run, kind } = outer;
  for (const part of parts) {
    if (part.type !== 'term') continue;
    if (part.field === 'run' || part.field === 'wrong') run = namedRun(part, world);
    if (part.field === 'finding') kind = namedKind(part);
  }
  return { run, kind };
}

function compileTerm(term: Term, scope: Scope, world: World): Expression {
  if (term.field === '') return bareWord(term.values[0] ?? { text: '', quoted: false, start: 0, end: 0 }, world);
  const field = FIELDS[term.field];
  if (!field)
    throw invalid(`there is no field "${term.field}"; put the word in quotes to look for it`, term.start, term.end);
  if (term.operator !== ':' && !field.compares)
    throw invalid(`${term.field} takes ":", not "${term.operator}"`, term.start, term.end);
  if (term.operator !== ':' && term.values.length > 1)
    throw invalid('a comparison takes one value', term.start, term.end);
  const parts = term.values.map((word) => field.value(word, term, scope, world));
  return parts.length === 1 && parts[0] ? parts[0] : { type: 'or', parts };
}

function compileNode(node: Node, scope: Scope, world: World): Expression {
  switch (node.type) {
    case 'term':
      return compileTerm(node, scopeOf([node], scope, world), world);
    case 'not':
      return { type: 'not', part: compileNode(node.part, scope, world) };
    case 'and': {
      const inner = scopeOf(node.parts, scope, world);
      return { type: 'and', parts: node.parts.map((part) => compileNode(part, inner, world)) };
    }
    case 'or':
      return { type: 'or', parts: node.parts.map((part) => compileNode(part, scope, world)) };
  }
}

function compileSort(sort: Sort | null, similar: number | null): Query['sort'] {
  if (sort === null) return { by: similar === null ? 'added' : 'similarity', seed: 0, reverse: false };
  const by = SORTS.find((name) => name === sort.by);
  if (!by) throw invalid(`sort is one of ${SORTS.join(', ')}`, sort.start, sort.end);
  if (by === 'similarity' && similar === null) throw invalid('sort:similarity needs similar:#ID', sort.start, sort.end);
  const seed = Number(sort.argument ?? 1);
  if (by === 'random' ? !Number.isInteger(seed) : sort.argument !== null)
    throw invalid(
      by === 'random' ? 'random takes a whole number: random:7' : `${by} takes no value`,
      sort.start,
      sort.end,
    );
  return { by, seed, reverse: sort.reverse };
}

function chipsOf({ root, sort }: Parsed): Chip[] {
  const chips: Chip[] = [];
  const visit = (node: Node, joinedBy: 'and' | 'or', negated: boolean, from: number): void => {
    if (node.type === 'not') return visit(node.part, joinedBy, !negated, Math.min(from, node.start));
    if (node.type !== 'term')
      return node.parts.forEach((part, i) => visit(part, i === 0 ? joinedBy : node.type, negated, Infinity));
    const value = node.values.map((word) => word.text).join(', ');
    chips.push({
      field: node.field,
      value: node.operator === ':' ? value : `${node.operator} ${value}`,
      negated,
      joinedBy,
      start: Math.min(from, node.start),
      end: node.end,
    });
  };
  if (root) visit(root, 'and', false, Infinity);
  if (sort) {
    const value = `${sort.reverse ? '-' : ''}${sort.by}${sort.argument === null ? '' : `:${sort.argument}`}`;
    chips.push({ field: 'sort', value, negated: false, joinedBy: 'and', start: sort.start, end: sort.end });
  }
  return chips.sort((a, b) => a.start - b.start);
}

/** Compiles a query against the project. Throws `query/invalid` with the place. */
export function compile(text: string, world: World): Query {
  const parsed = parse(text);
  const outer: Scope = { run: world.newestRun, kind: null };
  const top = conjuncts(parsed.root);
  const first = top.find((n): n is Term => n.type === 'term' && n.field === 'similar')?.values[0];
  const similar = first ? similarTo(first) : null;
  return {
    expression: parsed.root === null ? { type: 'all' } : compileNode(parsed.root, outer, world),
    sort: compileSort(parsed.sort, similar),
    scope: scopeOf(top, outer, world),
    chips: chipsOf(parsed),
    similar,
  };
}
