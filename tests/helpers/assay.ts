/** The command line as a user runs it: a process of its own, its output, its exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const main = join(root, 'electron/doors/command/main.ts');

export interface Ended {
  /** Null where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** The one document on stdout. Throws where there is none or more than one. */
  json<T = Record<string, unknown>>(): T;
}

export interface RefusedDocument {
  error: { code: string; message: string; remedy: string; subject?: string };
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when stderr holds the text; rejects where the process ends before. */
  said(text: string): Promise<void>;
  /** kill -9, and waits for the end. */
  killed(): Promise<Ended>;
}

export interface AssayOptions {
  /** Where the program keeps its settings and converted networks. */
  home: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

export function startAssay(args: string[], { home, cwd, env = {} }: AssayOptions): Running {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd: cwd ?? root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ASSAY_HOME: home,
      ASSAY_INVOKED_FROM: cwd ?? root,
      ASSAY_CHECK_OUTPUT: '1',
      NODE_COMPILE_CACHE: join(root, '.cache', 'compile'),
      // The test runner's own settings are none of the program's.
      NODE_OPTIONS: '',
      ...env,
    },
  });
  const text = { stdout: '', stderr: '' };
  const waiting: (() => void)[] = [];
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      text[name] += chunk.toString();
      for (const look of waiting) look();
    });
  const ended = new Promise<Ended>((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle({ code, ...text, json: <T>() => JSON.parse(text.stdout) as T }));
  });
  return {
    child,
    ended,
    said: (wanted) =>
      new Promise((settle, fail) => {
        const look = () => {
          if (text.stderr.includes(wanted)) settle();
        };
        waiting.push(look);
        look();
        void ended.then((end) => fail(new Error(`it ended before it said "${wanted}": ${end.stdout}${end.stderr}`)));
      }),
    killed() {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** Runs one command to its end. */
export const assay = (args: string[], options: AssayOptions): Promise<Ended> => startAssay(args, options).ended;
