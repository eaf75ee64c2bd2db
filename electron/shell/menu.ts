/** The menu: on macOS the system expects one (copy, paste and quit live there); elsewhere the page has all commands. */
import { Menu } from 'electron';

export function setMenu(): void {
  if (process.platform !== 'darwin') {
    Menu.setApplicationMenu(null);
    return;
  }
  Menu.setApplicationMenu(Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]));
}
