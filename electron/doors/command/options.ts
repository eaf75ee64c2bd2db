/** Reads a command's arguments; every mistake is `usage/invalid` with the usage line as its remedy. */
import { isAbsolute, resolve } from 'node:path';
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { AssayError } from '../../contract/index.ts';
import { type Command, type OptionValues } from './command.ts';

const COMMON: ParseArgsOptionsConfig = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };

export function usageLine(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => {
    const shown = option.type === 'boolean' ? `--${name}` : `--${name} ${option.value ?? name.toUpperCase()}`;
    return `[${shown}]`;
  });
  return ['assay', command.name, command.operands, ...options, '[--json]'].filter(Boolean).join(' ');
}

export function usageError(command: Command, reason: string): AssayError {
  return new AssayError('usage/invalid', { values: { reason }, remedy: `Usage: ${usageLine(command)}` });
}

export interface ParsedArguments {
  operands: string[];
  options: OptionValues;
  json: boolean;
  help: boolean;
}

/** @param from folder against which relative paths are taken. */
export function parseCommandLine(command: Command, args: string[], from: string): ParsedArguments {
  let parsed;
  try {
    parsed = parseArgs({ args, options: { ...COMMON, ...command.options }, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(command, error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
  const values = parsed.values as Record<string, string | boolean | string[] | undefined>;
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(from, path));
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const options: OptionValues = {
    string: text,
    strings(name) {
      const value = values[name];
      return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
    },
    flag: (name) => values[name] === true,
    number(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (value.trim() === '' || !Number.isFinite(number))
        throw usageError(command, `--${name} takes a number, not "${value}"`);
      return number;
    },
    path(name) {
      const value = text(name);
      return value === undefined ? undefined : absolute(value);
    },
    required(name) {
      const value = text(name);
      if (value === undefined || value === '') throw usageError(command, `--${name} is missing`);
      return value;
    },
    resolve: absolute,
  };
  return { operands: parsed.positionals, options, json: values.json === true, help: values.help === true };
}
