/** The bridge between the sandboxed page and the shell: three functions, no Electron object reaches the page. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import {
  BRIDGE_NAME,
  DIALOG_CHANNEL,
  PORT_MESSAGE,
  READY_CHANNEL,
  type WindowBridge,
} from '../contract/window-bridge.ts';

const bridge: WindowBridge = {
  ready: () => ipcRenderer.send(READY_CHANNEL),
  dialog: (request) => ipcRenderer.invoke(DIALOG_CHANNEL, request) as Promise<string | null>,
  pathOf: (file) => webUtils.getPathForFile(file) || null,
};
contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);

ipcRenderer.on(PORT_MESSAGE, (event) => {
  // A port cannot pass the context bridge: it goes to the page as a message of its own window.
  window.postMessage(PORT_MESSAGE, '*', event.ports);
});
