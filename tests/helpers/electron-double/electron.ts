/** What `import … from 'electron'` gives under the double: only what the shell uses. */
import { EventEmitter } from 'node:events';
import { allClosed, closeBrowser, type SchemeHandler, schemes } from './window.ts';

export { MessageChannelMain } from './ports.ts';
export { utilityProcess } from './utility-process.ts';
export { BrowserWindow, ipcMain } from './window.ts';

class App extends EventEmitter {
  #ready = false;
  requestSingleInstanceLock = (): boolean => true;
  whenReady = (): Promise<void> =>
    new Promise((resolve) =>
      setImmediate(() => {
        this.#ready = true;
        resolve();
      }),
    );
  isReady = (): boolean => this.#ready;
  quit(): void {
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => void (prevented = true) });
    if (!prevented) void closeBrowser().then(() => process.exit(0));
  }
}
export const app = new App();
allClosed.on('now', () => app.emit('window-all-closed'));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());

export const protocol = {
  registerSchemesAsPrivileged(): void {
    if (app.isReady()) throw new Error('schemes must be registered before the app is ready');
  },
  handle: (scheme: string, handler: SchemeHandler): void => void schemes.set(scheme, handler),
};

export const session = {
  defaultSession: { setPermissionRequestHandler: () => undefined, setPermissionCheckHandler: () => undefined },
};
export const nativeTheme = { shouldUseDarkColors: true };
export const Menu = { setApplicationMenu: () => undefined, buildFromTemplate: () => ({}) };

const answers = JSON.parse(process.env.ASSAY_DOUBLE_DIALOGS ?? '[]') as string[];
/** Dialogs answer with the next path of ASSAY_DOUBLE_DIALOGS; without one they are cancelled. */
export const dialog = {
  showOpenDialog: () => {
    const path = answers.shift();
    return Promise.resolve({ canceled: path === undefined, filePaths: path === undefined ? [] : [path] });
  },
  /** The button that ends what is under way: a test closes its window at the end. */
  showMessageBox: () => Promise.resolve({ response: 1 }),
  showSaveDialog: () => {
    const filePath = answers.shift() ?? '';
    return Promise.resolve({ canceled: filePath === '', filePath });
  },
};
