/** The fields of the query language: one entry each, with the index that serves it. */
import { FINDING_KINDS, type FindingKind, SPLITS } from '../../contract/index.ts';
import { type ClassRow } from '../classes.ts';
import { pathKey } from '../names.ts';
import { equal, equalIn, ordered, type Range, type Scan } from './scan.ts';
import { invalid, type Term, type Word } from './syntax.ts';
import { bytesOf, glob, numberOf, rangeOf, timeRange } from './values.ts';

/** What a query means: sets of ids, combined. */
export type Expression =
  | { type: 'scan'; scan: Scan }
  | { type: 'all' }
  | { type: 'ids'; ids: ArrayLike<number> }
  | { type: 'and' | 'or'; parts: Expression[] }
  | { type: 'not'; part: Expression };

/** What stands around a term: the run and the kind of finding that its neighbours speak of. */
export interface Scope {
  /** Run that p, margin, entropy and predicted are of; null while there is none. */
  run: number | null;
  kind: FindingKind | null;
}

/** The project as a query sees it. */
export interface World {
  classes: readonly ClassRow[];
  runs: readonly { id: number; name: string }[];
  sources: readonly { id: number; name: string }[];
  newestRun: number | null;
  now: number;
  /** Ids by falling similarity for each image that the query names with similar:#id. */
  similar: ReadonlyMap<number, ArrayLike<number>>;
}

export interface Field {
  /** May be compared with < and >. */
  compares?: boolean;
  /** Values that are always offered. */
  values?: readonly string[];
  /** One value of a term; several are joined by OR. */
  value(word: Word, term: Term, scope: Scope, world: World): Expression;
}

const NOTHING: Expression = { type: 'ids', ids: [] };
const scan = (s: Scan): Expression => ({ type: 'scan', scan: s });
const or = (parts: Expression[]): Expression => ({ type: 'or', parts });
const not = (part: Expression): Expression => ({ type: 'not', part });
const unlabelled = scan(equal('class IS NULL'));

const fold = (text: string): string => text.normalize('NFC').toLowerCase();

/** Living classes of a name: the exact one, else those that differ in case only. Merged names lead to their heir. */
function classNamed(word: Word, world: World): ClassRow {
  const wanted = word.text.normalize('NFC');
  const found =
    world.classes.find((c) => c.name === wanted && c.mergedInto === null) ??
    world.classes.find((c) => fold(c.name) === fold(wanted)) ??
    world.classes.find((c) => c.shortName !== null && fold(c.shortName) === fold(wanted));
  const living = found && (world.classes.find((c) => c.id === found.mergedInto) ?? found);
  if (!living) throw invalid(`there is no class "${word.text}"`, word.start, word.end);
  return living;
}

/** A class and those that were merged into it: what older predictions may still say. */
const family = (id: number, world: World): number[] =>
  world.classes.filter((c) => c.id === id || c.mergedInto === id).map((c) => c.id);

function runNamed(word: Word, world: World): number {
  if (!word.quoted && fold(word.text) === 'newest' && world.newestRun !== null) return world.newestRun;
  const wanted = fold(word.text.replace(/^#/, ''));
  const found = world.runs.find((r) => String(r.id) === wanted) ?? world.runs.find((r) => fold(r.name) === wanted);
  if (!found) throw invalid(`there is no run "${word.text}"`, word.start, word.end);
  return found.id;
}

function oneOf<T extends string>(word: Word, values: readonly T[]): T {
  const found = values.find((v) => v === fold(word.text));
  if (found === undefined) throw invalid(`"${word.text}" is none of ${values.join(', ')}`, word.start, word.end);
  return found;
}

/** A numeric column of `image` with an index of its own. */
const column = (key: string, read: (word: Word) => number = numberOf): Field => ({
  compares: true,
  value: (word, { operator }) => scan(rangeScan(key, rangeOf(operator, read(word)))),
});
const rangeScan = (key: string, range: Range): Scan =>
  range.low !== null && range.low === range.high && range.highInclusive
    ? equal(`${key} = ?`, range.low)
    : ordered({ table: 'image', key, range });

const time = (key: string): Field => ({
  compares: true,
  value: (word, { operator }, _, world) => scan(rangeScan(key, timeRange(operator, word, world.now))),
});

/** A number that a run gave each image. */
const ofRun = (key: string): Field => ({
  compares: true,
  value(word, { operator }, { run }) {
    const value = numberOf(word);
    if (run === null) return NOTHING;
    const range = rangeOf(operator, value);
    return scan(ordered({ table: 'prediction', key, id: 'image', where: 'run = ?', params: [run], range }));
  },
});

/** Probabilities are stored as float32 and asked in decimals: p:0.9 means what is shown as 0.90. */
const predictedClass = (id: number, run: number | null, world: World): Expression =>
  run === null
    ? NOTHING
    : or(family(id, world).map((c) => scan(equalIn('prediction', 'run = ? AND class = ?', run, c))));

/** Labelled otherwise than a run predicts: class by class, so that each step reads one index. */
function wrong(run: number, world: World): Expression {
  const living = world.classes.filter((c) => c.mergedInto === null);
  const parts = living.map((c): Expression => ({
    type: 'and',
    parts: [predictedClass(c.id, run, world), not(scan(equal('class = ?', c.id)))],
  }));
  return { type: 'and', parts: [or(parts), not(unlabelled)] };
}

const IS = ['unsure', 'excluded', 'missing', 'unreadable', 'ok', ...FINDING_KINDS] as const;
const openFinding = (kind: string): Scan => equalIn('finding_image', 'kind = ? AND open = 1', kind);

export const FIELDS: Record<string, Field> = {
  class: {
    values: ['none', 'any'],
    value(word, _term, _scope, world) {
      if (!word.quoted && fold(word.text) === 'none') return unlabelled;
      if (!word.quoted && fold(word.text) === 'any') return not(unlabelled);
      return scan(equal('class = ?', classNamed(word, world).id));
    },
  },
  predicted: {
    value: (word, _term, { run }, world) => predictedClass(classNamed(word, world).id, run, world),
  },
  run: {
    values: ['newest'],
    value: (word, _term, _scope, world) => scan(equalIn('prediction', 'run = ?', runNamed(word, world))),
  },
  wrong: { values: ['newest'], value: (word, _term, _scope, world) => wrong(runNamed(word, world), world) },
  p: ofRun('p'),
  margin: ofRun('margin'),
  entropy: ofRun('entropy'),
  split: { values: SPLITS, value: (word) => scan(equal('split = ?', oneOf(word, SPLITS))) },
  is: {
    values: IS,
    value(word) {
      const state = oneOf(word, IS);
      if (state === 'unsure' || state === 'excluded') return scan(equal(`${state} = 1`));
      if (state === 'missing' || state === 'unreadable' || state === 'ok') return scan(equal('status = ?', state));
      return scan(openFinding(state));
    },
  },
  finding: {
    values: FINDING_KINDS,
    value: (word) => scan(equalIn('finding_image', 'kind = ?', oneOf(word, FINDING_KINDS))),
  },
  decided: {
    values: ['yes', 'no'],
    value(word, _term, { kind }) {
      const open = oneOf(word, ['yes', 'no'] as const) === 'no' ? 1 : 0;
      if (kind === null) return scan(equalIn('finding_image', 'open = ?', open));
      return scan(equalIn('finding_image', 'kind = ? AND open = ?', kind, open));
    },
  },
  group: { value: (word) => scan(equal('grp = ?', numberOf(word))) },
  source: {
    value(word, _term, _scope, world) {
      const match = glob(word.text);
      const wanted = fold(word.text);
      const found = world.sources.filter((s) => (match ? match(s.name.normalize('NFC')) : fold(s.name) === wanted));
      if (found.length === 0) throw invalid(`there is no source "${word.text}"`, word.start, word.end);
      return or(found.map((s) => scan(equal('source = ?', s.id))));
    },
  },
  'label-by': {
    values: ['import', 'person', 'accepted'],
    value: (word) => scan(equal('label_by = ?', oneOf(word, ['import', 'person', 'accepted'] as const))),
  },
  name: {
    value(word) {
      const match = glob(word.text);
      const wanted = fold(word.text);
      // Without a wildcard: the whole name, with or without its ending.
      const test = match ?? ((name: string) => fold(name) === wanted || fold(name).replace(/\.[^.]*$/, '') === wanted);
      return scan(names((name) => test(name)));
    },
  },
  path: {
    value(word) {
      const wanted = fold(pathKey(word.text)).replace(/\/$/, '');
      const test =
        glob(pathKey(word.text)) ?? ((path: string) => fold(path) === wanted || fold(path).startsWith(`${wanted}/`));
      return scan(
        ordered({
          table: 'image',
          key: 'source',
          more: ['path_key'],
          test: (row) => test(String(row[2])),
        }),
      );
    },
  },
  format: { value: (word) => scan(equal('format = ?', fold(word.text) === 'jpg' ? 'jpeg' : fold(word.text))) },
  width: column('width'),
  height: column('height'),
  aspect: column('aspect'),
  bytes: column('bytes', bytesOf),
  brightness: column('brightness'),
  blur: column('blur'),
  added: time('added_at'),
  changed: time('changed_at'),
  similar: {
    value: (word, _term, _scope, world) => ({ type: 'ids', ids: world.similar.get(similarTo(word)) ?? [] }),
  },
};

/** The image that similar:#id means. */
export function similarTo(word: Word): number {
  const id = Number(word.text.replace(/^#/, ''));
  if (!Number.isInteger(id) || id <= 0)
    throw invalid(`write similar:#ID, with an image's number`, word.start, word.end);
  return id;
}

/** Every name, from the index that also orders them. */
const names = (test: (name: string) => boolean): Scan =>
  ordered({ table: 'image', key: 'name_key', more: ['name'], text: true, test: (row) => test(String(row[2])) });

/** A bare word: part of the name, or of the label's name. */
export function bareWord(word: Word, world: World): Expression {
  const wanted = fold(word.text);
  if (wanted === '') return { type: 'all' };
  const classes = world.classes.filter(
    (c) => c.mergedInto === null && (fold(c.name).includes(wanted) || fold(c.shortName ?? '').includes(wanted)),
  );
  const match = glob(`*${word.text}*`);
  const inName = word.quoted || !/[*?]/.test(word.text) ? (name: string) => fold(name).includes(wanted) : match;
  return or([scan(names(inName ?? (() => false))), ...classes.map((c) => scan(equal('class = ?', c.id)))]);
}

/** The run that a term run:… names, for its neighbours. */
export const namedRun = (term: Term, world: World): number | null =>
  term.values[0] ? runNamed(term.values[0], world) : null;

export const namedKind = (term: Term): FindingKind | null =>
  term.values[0] ? oneOf(term.values[0], FINDING_KINDS) : null;
