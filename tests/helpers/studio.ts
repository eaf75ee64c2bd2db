/** The studio as a user meets it: served to a browser, or in the shell over the electron double. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { type Browser, type Page, chromium } from '@playwright/test';

export const root = resolve(import.meta.dirname, '../..');
const DOUBLE = join(root, 'tests/helpers/electron-double/register.mjs');

export interface Studio {
  page: Page;
  /** Process of the engine's door (serve), or of the shell. */
  child: ChildProcess;
  /** What the page complained of: uncaught errors and refused resources. */
  complaints: string[];
  close(): Promise<void>;
}

export interface StudioOptions {
  home: string;
  project?: string;
  /** Paths that the system's dialogs answer with, in order (window door). */
  dialogs?: string[];
  viewport?: { width: number; height: number };
}

function environment({ home, dialogs = [] }: StudioOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ASSAY_HOME: home,
    // Projects made from the start screen go into the user's own folder.
    HOME: home,
    USERPROFILE: home,
    ASSAY_CHECK_OUTPUT: '1',
    ASSAY_INVOKED_FROM: root,
    ASSAY_DOUBLE_DIALOGS: JSON.stringify(dialogs),
    NODE_OPTIONS: '',
  };
}

/** Resolves with the first match of `pattern` in what the process prints. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((settle, fail) => {
    let text = '';
    const look = (chunk: Buffer) => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match) settle(match[0]);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.on('exit', (code) => fail(new Error(`it ended with ${code}: ${text}`)));
  });
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text());
  });
  return complaints;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((settle) => child.once('exit', settle));
  child.kill('SIGTERM');
  await exit;
}

/** The page of `assay serve` in a Chromium of its own. */
export async function openInBrowser(options: StudioOptions): Promise<Studio> {
  const args = ['--disable-warning=ExperimentalWarning', join(root, 'electron/doors/command/main.ts'), 'serve'];
  if (options.project) args.push('--project', options.project);
  const child = spawn(process.execPath, args, { env: environment(options), stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await printed(child, /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/);
  const browser = await chromium.launch({
    executablePath: process.env.ASSAY_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: options.viewport ?? { width: 1440, height: 900 } });
  const complaints = listen(page);
  await page.goto(url);
  return {
    page,
    child,
    complaints,
    async close() {
      await browser.close();
      await ended(child);
    },
  };
}

/** The real main.ts and preload.ts, run over the electron double. */
export async function openInShell(options: StudioOptions): Promise<Studio> {
  const args = ['--import', DOUBLE, join(root, 'dist/shell/main.mjs')];
  if (options.project) args.push(options.project);
  const child = spawn(process.execPath, args, { env: environment(options), stdio: ['ignore', 'pipe', 'pipe'] });
  const address = (await printed(child, /electron-double http:\/\/127\.0\.0\.1:\d+/)).replace('electron-double ', '');
  const browser: Browser = await chromium.connectOverCDP(address);
  const page = await firstPage(browser);
  return {
    page,
    child,
    complaints: listen(page),
    async close() {
      await browser.close().catch(() => undefined);
      await ended(child);
    },
  };
}

async function firstPage(browser: Browser): Promise<Page> {
  for (let tries = 0; tries < 100; tries++) {
    const page = browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((one) => one.url().startsWith('http://app.assay'));
    if (page) return page;
    await new Promise((settle) => setTimeout(settle, 100));
  }
  throw new Error('the window did not open');
}
