/** Ways into a project: a folder of images, a project, the demo set. */
import { toAssayError } from '../../../electron/contract/errors.ts';
import { t } from '../../messages/messages.svelte.ts';
import { type Session } from '../../state/session.svelte.ts';

/** The demo set's size: small enough to be drawn in a minute or two, large enough that every view has something to show. */
const DEMO = { train: 510, test: 170 };

/** Last part of a path of any system. */
export const baseName = (path: string): string =>
  path
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1) ?? path;

export const joinPath = (folder: string, ...parts: string[]): string =>
  [folder.replace(/[\\/]+$/, ''), ...parts].join(folder.includes('\\') ? '\\' : '/');

/** Where projects go if nobody says otherwise: `Assay` in the user's own folder. */
export const projectPath = (home: string, name: string): string => joinPath(home, 'Assay', `${name}.assay`);

/** Makes a new project; where the name is taken, the next free number is added. */
export async function createProject(session: Session, name: string): Promise<string> {
  const { home } = await session.client.call('app.info', {});
  for (let n = 1; ; n++) {
    const path = projectPath(home, n === 1 ? name : `${name}-${n}`);
    try {
      await session.client.call('project.create', { path });
      await session.refreshProject();
      return path;
    } catch (thrown) {
      if (toAssayError(thrown).code !== 'project/exists' || n >= 100) throw thrown;
    }
  }
}

/** Runs a way in; what fails is said where one is. */
async function attempt(session: Session, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    session.fail(thrown);
  }
}

/** Goes on with the one choice of an import. */
export function importFrom(session: Session, folder: string): void {
  session.importFolder = folder;
  session.overlay = 'import';
}

export const openFolder = (session: Session): Promise<void> =>
  attempt(session, async () => {
    const folder = await session.choose.folder(t('start.openFolder'));
    if (folder !== null) importFrom(session, folder);
  });

export const openProject = (session: Session): Promise<void> =>
  attempt(session, async () => {
    const path = await session.choose.project(t('start.openProject'));
    if (path !== null) await session.open(path);
  });

export const openRecent = (session: Session, path: string): Promise<void> => attempt(session, () => session.open(path));

export const startDemo = (session: Session): Promise<void> =>
  attempt(session, async () => {
    const path = session.project?.path ?? (await createProject(session, 'demo'));
    await session.client.call('demo.start', { folder: path.replace(/\.assay$/, '-images'), ...DEMO });
    session.go('images');
  });

/** A dropped path: a project is opened, a model goes to Models, a folder is imported. */
export async function dropped(session: Session, path: string): Promise<void> {
  if (/\.assay$/i.test(path)) await openRecent(session, path);
  else if (/\.onnx$/i.test(path)) {
    if (!session.project) {
      session.toasts.note(t('frame.dropNoProject'));
      return;
    }
    session.dropped = path;
    session.go('models');
  } else importFrom(session, path);
}
