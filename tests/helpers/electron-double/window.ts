/** BrowserWindow over a page of an installed Chromium. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, type Page, chromium } from '@playwright/test';
import { type Carrier, type MessagePortMain } from './ports.ts';

const ORIGIN = 'http://app.assay.localhost';
const toPage = (url: string) => url.replace(/^assay:\/\/app/, ORIGIN);
const fromPage = (url: string) => url.replace(ORIGIN, 'assay://app');

export type SchemeHandler = (request: Request) => Promise<Response> | Response;
export const schemes = new Map<string, SchemeHandler>();

class IpcMain extends EventEmitter {
  readonly handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  handle(channel: string, handler: (event: unknown, ...args: unknown[]) => unknown): void {
    this.handlers.set(channel, handler);
  }
}
export const ipcMain = new IpcMain();

let browser: Promise<Browser> | null = null;

/** One browser for all windows; its address is printed so that a test can drive the same pages. */
function launch(): Promise<Browser> {
  browser ??= (async () => {
    const port = 20_000 + (process.pid % 20_000);
    const launched = await chromium.launch({
      executablePath: process.env.ASSAY_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', `--remote-debugging-port=${port}`],
    });
    process.stdout.write(`electron-double http://127.0.0.1:${port}\n`);
    return launched;
  })();
  return browser;
}

interface Preferences {
  preload: string;
  sandbox: boolean;
  contextIsolation: boolean;
  nodeIntegration: boolean;
  webviewTag: boolean;
}

class WebContents extends EventEmitter implements Carrier {
  page: Page | null = null;
  readonly ports = new Map<number, MessagePortMain>();
  openHandler: ((details: { url: string }) => { action: string }) | null = null;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }

  postMessage(channel: string, data: unknown, ports: MessagePortMain[] = []): void {
    const ids = ports.map((port) => port.id);
    for (const port of ports) this.ports.set(port.id, port);
    void this.#evaluate(
      `__double.deliver(${JSON.stringify(channel)}, ${JSON.stringify(data)}, ${JSON.stringify(ids)})`,
    ).then(() => {
      for (const port of ports) port.transfer(this);
    });
  }

  deliver(port: number, data: unknown): void {
    void this.#evaluate(`__double.port(${port}, ${JSON.stringify(data)})`);
  }

  closed(): void {}

  async #evaluate(expression: string): Promise<void> {
    await this.page?.evaluate(expression).catch(() => undefined);
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  static getAllWindows = (): BrowserWindow[] => [...BrowserWindow.all];
  static fromWebContents = (contents: WebContents): BrowserWindow | null =>
    BrowserWindow.all.find((w) => w.webContents === contents) ?? null;

  readonly webContents = new WebContents();
  readonly #preferences: Preferences;

  constructor(options: { webPreferences: Preferences }) {
    super();
    this.#preferences = options.webPreferences;
    // The double cannot enforce these; it can refuse a window that does not ask for them.
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } = this.#preferences;
    if (!sandbox || !contextIsolation || nodeIntegration || webviewTag) throw new Error('the window is not hardened');
    BrowserWindow.all.push(this);
  }

  focus(): void {}

  async loadURL(url: string): Promise<void> {
    const context = await (await launch()).newContext({ viewport: { width: 1440, height: 900 } });
    await this.#routes(context);
    await this.#preload(context);
    const page = await context.newPage();
    this.webContents.page = page;
    page.on('close', () => this.#gone());
    await page.goto(toPage(url));
  }

  async #routes(context: BrowserContext): Promise<void> {
    await context.route('**/*', async (route) => {
      const url = fromPage(route.request().url());
      const handler = schemes.get(new URL(url).protocol.replace(':', ''));
      if (!handler) return route.abort();
      const response = await handler(new Request(url));
      const headers = Object.fromEntries(response.headers);
      await route
        .fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) })
        .catch(() => undefined);
    });
  }

  async #preload(context: BrowserContext): Promise<void> {
    const contents = this.webContents;
    const event = () => ({ sender: contents, senderFrame: { url: fromPage(contents.page?.url() ?? '') } });
    await context.exposeBinding(
      '__doubleSend',
      (_source, channel: string, args: unknown[]) => void ipcMain.emit(channel, event(), ...args),
    );
    await context.exposeBinding('__doubleInvoke', (_source, channel: string, args: unknown[]) =>
      ipcMain.handlers.get(channel)?.(event(), ...args),
    );
    await context.exposeBinding('__doublePort', (_source, id: number, data: unknown) =>
      contents.ports.get(id)?.postMessage(data),
    );
    const pageSide = readFileSync(new URL('./page-side.js', import.meta.url), 'utf8');
    const preload = readFileSync(this.#preferences.preload, 'utf8');
    await context.addInitScript(
      `${pageSide}\n(() => { const module = { exports: {} }; const exports = module.exports; const require = () => globalThis.__doubleElectron;\n${preload}\n})();`,
    );
  }

  #gone(): void {
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1);
    this.emit('closed');
    if (BrowserWindow.all.length === 0) allClosed.emit('now');
  }
}

/** Tells the app that the last window has gone. */
export const allClosed = new EventEmitter();

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close().catch(() => undefined);
}
