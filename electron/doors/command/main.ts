/** The command line: finds the command, runs it, prints one document or a few lines, and sets the exit code. */
import { AssayError, toAssayError } from '../../contract/index.ts';
import { type Command } from './command.ts';
import { augment } from './commands/augment.ts';
import { cascade } from './commands/cascade.ts';
import { classify } from './commands/classify.ts';
import { clean } from './commands/clean.ts';
import { compare } from './commands/compare.ts';
import { demo } from './commands/demo.ts';
import { evaluate } from './commands/evaluate.ts';
import { exportModel } from './commands/export-model.ts';
import { importCommand } from './commands/import.ts';
import { label, redo, undo } from './commands/label.ts';
import { merge } from './commands/merge.ts';
import { models } from './commands/models.ts';
import { oof } from './commands/oof.ts';
import { query } from './commands/query.ts';
import { recipe } from './commands/recipe.ts';
import { report } from './commands/report.ts';
import { resolution } from './commands/resolution.ts';
import { search } from './commands/search.ts';
import { serve } from './commands/serve.ts';
import { stack } from './commands/stack.ts';
import { story } from './commands/story.ts';
import { train } from './commands/train.ts';
import { tune } from './commands/tune.ts';
import { parseCommandLine, usageLine } from './options.ts';
import { openTerminal } from './terminal.ts';

const COMMANDS: readonly Command[] = [
  demo,
  importCommand,
  models,
  augment,
  recipe,
  train,
  search,
  evaluate,
  compare,
  report,
  oof,
  stack,
  cascade,
  resolution,
  story,
  tune,
  clean,
  query,
  label,
  undo,
  redo,
  classify,
  merge,
  exportModel,
  serve,
];

function overview(): string {
  const width = Math.max(...COMMANDS.map((c) => c.name.length));
  const lines = COMMANDS.map((c) => `  ${c.name.padEnd(width)}  ${c.about}`);
  return [
    'Usage: assay COMMAND …',
    '',
    ...lines,
    '',
    '"assay COMMAND --help" shows its options. --json prints one JSON document.',
  ].join('\n');
}

function helpOf(command: Command): string {
  const lines = Object.entries(command.options).map(
    ([name, option]) => `  --${name}${option.value ? ` ${option.value}` : ''}\n      ${option.about}`,
  );
  return [usageLine(command), '', command.about, '', ...lines].join('\n');
}

/** Runs one command line; returns the exit code: 0 done, 1 failed, 2 wrong usage. */
async function main(args: string[]): Promise<number> {
  const terminal = openTerminal(process.stdout, process.stderr, Date.now);
  const [name, ...rest] = args;
  const wantsJson = rest.includes('--json');
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      const about = COMMANDS.find((c) => c.name === rest[0]);
      terminal.result(about ? helpOf(about) : overview());
      return 0;
    }
    const command = COMMANDS.find((c) => c.name === name);
    if (!command) throw new AssayError('usage/invalid', { values: { reason: `there is no command "${name}"` } });
    const { operands, options, json, help } = parseCommandLine(
      command,
      rest,
      process.env.ASSAY_INVOKED_FROM ?? process.cwd(),
    );
    if (help) {
      terminal.result(helpOf(command));
      return 0;
    }
    const abort = new AbortController();
    const stop = () => abort.abort();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
    const { document, text } = await command.run({ operands, options, terminal, signal: abort.signal });
    terminal.result(json ? JSON.stringify(document) : text);
    return 0;
  } catch (thrown) {
    const error = toAssayError(thrown);
    if (wantsJson) {
      const { code, message, remedy, subject } = error;
      terminal.result(JSON.stringify({ error: { code, message, remedy, subject } }));
    } else {
      terminal.note(`${error.message}\n${error.remedy}`);
      if (error.code === 'internal/fault' && error.cause instanceof Error) terminal.note(error.cause.stack ?? '');
    }
    return error.code === 'usage/invalid' ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
