/** What the preload script gives to the page of the Electron window, and the names of the messages between them. */

/** Message by which the page receives its port to the engine: `event.data === PORT_MESSAGE`, the port in `event.ports[0]`. */
export const PORT_MESSAGE = 'assay:port';
/** Sent by the page once it listens; the shell answers with a port. */
export const READY_CHANNEL = 'assay:ready';
export const DIALOG_CHANNEL = 'assay:dialog';
/** Name of the bridge on `window`. */
export const BRIDGE_NAME = 'assayWindow';

export type DialogRequest =
  | { kind: 'folder'; title: string }
  | { kind: 'file'; title: string; extensions: string[] }
  | { kind: 'save'; title: string; suggestion: string };

export interface WindowBridge {
  /** Asks the shell for a port to the engine; it arrives as PORT_MESSAGE, also again after the engine was restarted. */
  ready(): void;
  /** Resolves with the chosen path, null where the dialog was cancelled. */
  dialog(request: DialogRequest): Promise<string | null>;
  /** The path of a dropped file. */
  pathOf(file: File): string | null;
}
