/**
 * Which ops of a policy are applied to an image and with which values: a pure function of (seed, epoch, image hash, op).
 * So every worker draws the same, and changing one op leaves the draws of the others alone.
 */
import { type Policy, type Random, random } from '../contract/index.ts';
import { type Op, type Values } from './op.ts';
import { OPS } from './ops/index.ts';

export interface DrawKey {
  seed: number;
  epoch: number;
  /** Content hash of the image. */
  hash: string;
}

export interface Drawn {
  op: Op;
  values: Values;
  /** The op's stream, its values already taken: what else it needs comes from here. */
  random: Random;
}

/** Draws in the policy's order. The policy must have passed `checkPolicy`. */
export function drawPolicy(policy: Policy, { seed, epoch, hash }: DrawKey): Drawn[] {
  const drawn: Drawn[] = [];
  const times = new Map<string, number>();
  /** Of each choice, how much of [0, 1) its earlier ops have taken. */
  const taken = new Map<string, number>();
  for (const entry of policy.ops) {
    const op = OPS.get(entry.op);
    if (!op) continue;
    const time = times.get(op.name) ?? 0;
    times.set(op.name, time + 1);
    const stream = random(seed, 'augment', epoch, hash, op.name, time);
    let chance = stream.next();
    let from = 0;
    if (entry.choice !== undefined) {
      // One draw for all ops of a choice: each has its own part of [0, 1), so at most one is applied.
      chance = random(seed, 'augment-choice', epoch, hash, entry.choice).next();
      from = taken.get(entry.choice) ?? 0;
      taken.set(entry.choice, from + entry.p);
    }
    const values: Record<string, number> = {};
    for (const [name, parameter] of Object.entries(op.parameters)) {
      const [low, high] = entry.ranges[name] ?? parameter.default;
      values[name] = parameter.whole
        ? Math.ceil(low) + stream.int(Math.max(1, Math.floor(high) - Math.ceil(low) + 1))
        : stream.between(low, high);
    }
    if (chance >= from && chance < from + entry.p) drawn.push({ op, values, random: stream });
  }
  return drawn;
}
