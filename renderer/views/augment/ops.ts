/** A list of ops as it is edited: every function gives a new one. */
import { type Plan } from '../../../electron/contract/plan.ts';
import { type OpInfo } from '../../../electron/contract/words.ts';

export type Ops = Plan['rest'];
export type PlanOp = Ops[number];

/** An op with its defaults, applied half of the time. */
export const newOp = (info: OpInfo): PlanOp => ({
  op: info.op,
  p: 0.5,
  ranges: Object.fromEntries(info.parameters.map((p) => [p.name, [...p.default]])) as PlanOp['ranges'],
});

export const addOp = (ops: Ops, info: OpInfo): Ops => [...ops, newOp(info)];

export const removeOp = (ops: Ops, at: number): Ops => ops.filter((_, i) => i !== at);

/** Moves an op; places outside the list change nothing. */
export function moveOp(ops: Ops, from: number, to: number): Ops {
  if (from === to || from < 0 || to < 0 || from >= ops.length || to >= ops.length) return ops;
  const moved = [...ops];
  moved.splice(to, 0, ...moved.splice(from, 1));
  return moved;
}

export const setOp = (ops: Ops, at: number, patch: Partial<PlanOp>): Ops =>
  ops.map((op, i) => (i === at ? { ...op, ...patch } : op));

/** Sets one range; ends that are the wrong way round change places. */
export function setRange(ops: Ops, at: number, name: string, range: readonly [number, number]): Ops {
  const op = ops[at];
  if (!op) return ops;
  const [low, high] = range;
  return setOp(ops, at, { ranges: { ...op.ranges, [name]: [Math.min(low, high), Math.max(low, high)] } });
}

/** Puts an op among those of which at most one is applied; null takes it out. */
export function setChoice(ops: Ops, at: number, choice: string | null): Ops {
  return ops.map((op, i) => {
    if (i !== at) return op;
    const { choice: _before, ...rest } = op;
    return choice === null ? rest : { ...rest, choice };
  });
}

export const choicesOf = (ops: Ops): string[] => [...new Set(ops.flatMap((op) => (op.choice ? [op.choice] : [])))];

/** A name that no choice of these ops has. */
export function freshName(taken: readonly string[], name: (n: number) => string): string {
  let n = 1;
  while (taken.includes(name(n))) n++;
  return name(n);
}

/** The first choice whose probabilities have more than 1 together. */
export const overfull = (ops: Ops): string | null =>
  choicesOf(ops).find(
    // Sums like 0.45 + 0.55 may miss 1 by the last bit.
    (choice) => ops.reduce((sum, op) => sum + (op.choice === choice ? op.p : 0), 0) > 1 + 1e-9,
  ) ?? null;

const plain = (op: PlanOp): string =>
  JSON.stringify([op.op, op.p, op.choice ?? '', Object.entries(op.ranges).sort(([x], [y]) => (x < y ? -1 : 1))]);

/** How many places of the list differ: changed, added, removed or moved. */
export function differentOps(a: Ops, b: Ops): number {
  let count = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (!x || !y || plain(x) !== plain(y)) count++;
  }
  return count;
}
