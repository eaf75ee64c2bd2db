/** The form of a command: what it is called, which options it takes, what it does. One file a command. */
import { type ParseArgsOptionDescriptor } from 'node:util';
import { type Terminal } from './terminal.ts';

export interface Option extends ParseArgsOptionDescriptor {
  /** One line for the help page. */
  about: string;
  /** What stands for the value in the usage line. */
  value?: string;
}

export interface Command {
  name: string;
  /** Positional arguments as the usage line shows them. */
  operands: string;
  about: string;
  options: Record<string, Option>;
  /** Returns the one JSON document, and prints it for people where `--json` is not given. */
  run(call: Invocation): Promise<Outcome>;
}

export interface Invocation {
  operands: string[];
  /** Option values; `path` resolves against the folder that the user stands in. */
  options: OptionValues;
  terminal: Terminal;
  signal: AbortSignal;
}

export interface Outcome {
  /** Printed with --json. */
  document: unknown;
  /** Printed without. */
  text: string;
}

export interface OptionValues {
  string(name: string): string | undefined;
  strings(name: string): string[];
  flag(name: string): boolean;
  number(name: string): number | undefined;
  path(name: string): string | undefined;
  /** The value of an option that must be there; otherwise `usage/invalid`. */
  required(name: string): string;
  resolve(path: string): string;
}
