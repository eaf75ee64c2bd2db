/** The system's dialogs, asked for by the studio's own page only. */
import { BrowserWindow, dialog, ipcMain } from 'electron';
import { z } from 'zod';
import { DIALOG_CHANNEL } from '../contract/index.ts';
import { type Answer, type Question } from './leaving.ts';
import { isOwnPage } from './window.ts';

const request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), title: z.string().max(200) }),
  z.object({
    kind: z.literal('file'),
    title: z.string().max(200),
    extensions: z.array(z.string().regex(/^\w+$/)).max(20),
  }),
  z.object({ kind: z.literal('save'), title: z.string().max(200), suggestion: z.string().max(1000) }),
]);

export function answerDialogs(): void {
  ipcMain.handle(DIALOG_CHANNEL, async (event, raw: unknown) => {
    if (!event.senderFrame || !isOwnPage(event.senderFrame.url)) return null;
    const asked = request.parse(raw);
    const window = BrowserWindow.fromWebContents(event.sender);
    if (!window) return null;
    if (asked.kind === 'save') {
      const { filePath, canceled } = await dialog.showSaveDialog(window, {
        title: asked.title,
        defaultPath: asked.suggestion,
      });
      return canceled ? null : filePath;
    }
    const { filePaths } = await dialog.showOpenDialog(window, {
      title: asked.title,
      properties: asked.kind === 'folder' ? ['openDirectory', 'createDirectory'] : ['openFile'],
      filters: asked.kind === 'file' ? [{ name: asked.title, extensions: asked.extensions }] : [],
    });
    return filePaths[0] ?? null;
  });
}

/** Cancel is what Esc chooses, going on without a window what Enter does. */
export async function askToLeave({ message, detail, leave, background, stay }: Question): Promise<Answer> {
  const answers: readonly Answer[] = ['background', 'leave', 'stay'];
  const { response } = await dialog.showMessageBox({
    ...{ type: 'question', message, detail, buttons: [background, leave, stay] },
    ...{ defaultId: 0, cancelId: 2, noLink: true },
  });
  return answers[response] ?? 'stay';
}
