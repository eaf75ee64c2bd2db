/** Candidates of a space, and how many of them get how far. Pure. */
import { z } from 'zod';
import { AssayError, random, type SearchSpace, type TrainRequest, trainRequest } from '../../../contract/index.ts';

export interface Candidate {
  values: Record<string, unknown>;
  recipe: TrainRequest;
}

const refuse = (subject: string, reason: string): never => {
  throw new AssayError('train/recipe-invalid', { subject, values: { reason } });
};

/** A copy of a document with one field set, its path made where it is not there. */
function withField(
  document: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [first, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return { ...document, [first]: value };
  const inner = document[first];
  const part = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : {};
  return { ...document, [first]: withField(part as Record<string, unknown>, rest, value) };
}

/** @throws AssayError `train/recipe-invalid` naming the field */
function checked(recipe: Record<string, unknown>): TrainRequest {
  const read = trainRequest.safeParse(recipe);
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  const own = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return refuse([...issue.path, ...own].join('.') || 'base', z.prettifyError(read.error));
}

/**
 * At most `space.candidates` of all combinations, drawn without repetition: all of them where there are no more.
 * @throws AssayError `train/recipe-invalid` naming a field that no recipe has, or whose value it does not take
 */
export function candidatesOf({ base, fields, candidates: most }: SearchSpace, seed: number): Candidate[] {
  const names = Object.keys(fields).sort();
  const fixed = names.find((name) => name === 'epochs' || name === 'version' || name === 'name');
  if (fixed) refuse(`fields.${fixed}`, 'it is the same for all candidates; put it into the base.');
  const total = names.reduce((product, name) => product * fields[name]!.length, 1);
  if (!(total < 2 ** 32)) refuse('fields', 'there are more than four thousand million combinations.');
  const stream = random(seed, 'search');
  const drawn =
    total <= 4096
      ? stream.shuffle(Array.from({ length: total }, (_, i) => i)).slice(0, most)
      : distinct(Math.min(most, total), () => stream.int(total));
  return drawn.map((combination) => {
    let [left, recipe] = [combination, base];
    const values: Record<string, unknown> = {};
    for (const name of names) {
      const list = fields[name]!;
      values[name] = list[left % list.length];
      left = Math.floor(left / list.length);
      recipe = withField(recipe, name.split('.'), values[name]);
    }
    return { values, recipe: checked(recipe) };
  });
}

function distinct(count: number, draw: () => number): number[] {
  const seen = new Set<number>();
  while (seen.size < count) seen.add(draw());
  return [...seen];
}

export interface Rung {
  /** Epochs that its candidates have been trained at its end. */
  epochs: number;
  candidates: number;
}

/**
 * Successive halving (Jamieson and Talwalkar 2016): every rung keeps one of `eta` candidates and trains those `eta` times
 * as long; the last rung trains to the end. As many rungs as both the candidates and the epochs allow.
 */
export function halving(candidates: number, epochs: number, eta: number, least = 1): Rung[] {
  const times = (most: number): number => Math.floor(Math.log(Math.max(1, most)) / Math.log(eta) + 1e-9);
  const rungs = Math.min(times(candidates), times(epochs / Math.min(epochs, least)));
  return Array.from({ length: rungs + 1 }, (_, i) => ({
    epochs: i === rungs ? epochs : Math.max(least, Math.round(epochs / eta ** (rungs - i))),
    candidates: Math.max(1, Math.floor(candidates / eta ** i)),
  }));
}

export const etaFor = ({ eta }: Pick<SearchSpace, 'eta'>, candidates: number): number =>
  eta ?? (candidates < 9 ? 2 : 3);
