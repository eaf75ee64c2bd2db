/** The hardened window: sandboxed, isolated, no way out of the page. */
import { BrowserWindow, nativeTheme, session } from 'electron';
import { join } from 'node:path';

export const SCHEME = 'assay';
export const PAGE = `${SCHEME}://app/index.html`;

/** True for the studio's own page: the only sender whose messages are answered. */
export const isOwnPage = (url: string): boolean => url.startsWith(`${SCHEME}://app/`);

export function createWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 720,
    minHeight: 450,
    show: true,
    title: 'Assay',
    // The page's own ground, so that nothing flashes before it is drawn.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1b1b1b' : '#f4f4f4',
    webPreferences: {
      preload: join(import.meta.dirname, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (event, url) => {
    if (url !== PAGE) event.preventDefault();
  });
  return window;
}

/** Refuses every permission (camera, notifications, …): the studio needs none. */
export function refusePermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
}
