/** Options that several commands read in one way. */
import { type Engine } from '../../engine/index.ts';
import { type Command, type Invocation } from './command.ts';
import { usageError } from './options.ts';
import { runNamed, runOf } from './studio.ts';

/** The value of an option that takes one of a few words; undefined where it is not given. @throws `usage/invalid` */
export function oneOf<T extends string>(
  command: Command,
  call: Invocation,
  option: string,
  known: readonly T[],
): T | undefined {
  const given = call.options.string(option);
  if (given === undefined) return undefined;
  const found = known.find((word) => word === given);
  if (!found) throw usageError(command, `--${option} takes ${known.join(' or ')}, not "${given}"`);
  return found;
}

/** Words between commas; empty where the option is not given. */
export const listed = (call: Invocation, option: string): string[] =>
  (call.options.string(option) ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** Runs of `--runs A,B` in this order, without repetitions; else the one of `--run`, or the newest. @throws `run/unknown` */
export async function runsOf(engine: Engine, call: Invocation): Promise<number[]> {
  const names = listed(call, 'runs');
  if (names.length === 0) return [await runOf(engine, call)];
  const found: number[] = [];
  for (const name of names) found.push(await runNamed(engine, name));
  return [...new Set(found)];
}
