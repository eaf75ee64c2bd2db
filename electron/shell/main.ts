/** The shell: window, scheme, dialogs, and the processes. All work is done elsewhere. */
import { BrowserWindow, app, ipcMain } from 'electron';
import { join } from 'node:path';
import { PORT_MESSAGE, READY_CHANNEL } from '../contract/index.ts';
import { answerDialogs, askToLeave } from './dialogs.ts';
import { EngineHost } from './engine-host.ts';
import { Leaving } from './leaving.ts';
import { setMenu } from './menu.ts';
import { registerScheme, serveScheme } from './protocol.ts';
import { PAGE, createWindow, isOwnPage, refusePermissions } from './window.ts';

const page = join(import.meta.dirname, '../renderer');

registerScheme();

/** A project named on the command line or by a double click on its folder. */
const projectIn = (args: readonly string[]): string | null =>
  args.find((argument) => argument.endsWith('.assay')) ?? null;

function start(): void {
  const host: EngineHost = new EngineHost(() => {
    for (const window of BrowserWindow.getAllWindows()) connect(window);
  });
  const leaving = new Leaving(() => host.work, askToLeave);
  host.onWork = () => {
    if (BrowserWindow.getAllWindows().length === 0 && !leaving.waits) ended();
  };
  const connect = (window: BrowserWindow) => window.webContents.postMessage(PORT_MESSAGE, null, [host.connect()]);

  refusePermissions();
  setMenu();
  serveScheme(page, host);
  answerDialogs();
  ipcMain.on(READY_CHANNEL, (event) => {
    const window = BrowserWindow.fromWebContents(event.sender);
    if (window && event.senderFrame && isOwnPage(event.senderFrame.url)) connect(window);
  });

  const open = (): void => {
    leaving.shown();
    const window = createWindow();
    // With its last window the program ends, unless work goes on without one; on macOS it stays.
    window.on('close', (event) => {
      const last = process.platform !== 'darwin' && BrowserWindow.getAllWindows().length === 1;
      if (last && !leaving.mayClose(() => window.close())) event.preventDefault();
    });
    void window.loadURL(PAGE);
  };
  open();
  const project = projectIn(process.argv.slice(1));
  if (project) host.open(project);

  app.on('second-instance', (_event, args) => {
    const named = projectIn(args);
    if (named) host.open(named);
    const [window] = BrowserWindow.getAllWindows();
    if (window) window.focus();
    else open();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  // The engine ends with the program, after it closed its project.
  const ended = (): void => {
    if (process.platform !== 'darwin' && !leaving.waits) app.quit();
  };
  app.on('window-all-closed', ended);
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    const hide = (): void => BrowserWindow.getAllWindows().forEach((window) => window.close());
    if (!leaving.mayQuit(() => app.quit(), hide)) return;
    void host.quit().then(() => {
      closed = true;
      app.quit();
    });
  });
}

if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();
