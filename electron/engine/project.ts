/** The project that is open: its catalogue, thumbnails and jobs. */
import { resolve } from 'node:path';
import { join } from 'node:path';
import { AssayError } from '../contract/index.ts';
import { isProject, openCatalogue } from '../catalogue/index.ts';
import { openThumbnailCache } from '../imaging/cache.ts';
import { type EngineContext, type OpenProject } from './context.ts';
import { JobRunner } from './jobs.ts';

/** Pictures of the recent list: spread over the project, not its first six alike. */
function stripOf(project: OpenProject): Uint8Array[] {
  const ids = project.catalogue.images.last();
  const wanted = Array.from({ length: 12 }, (_, i) => Math.max(1, Math.round(((i + 0.5) / 12) * ids)));
  const records = project.catalogue.images.records([...new Set(wanted)]);
  return records.flatMap(({ hash }) => (hash && project.thumbnails.get(hash)) || []).slice(0, 6);
}

/** @throws AssayError as `openCatalogue`; `project/exists` with `create` where one is there */
export async function openProject(
  context: EngineContext,
  path: string,
  { create = false, reader = false }: { create?: boolean; reader?: boolean },
): Promise<OpenProject> {
  const folder = resolve(path);
  if (create && isProject(folder)) throw new AssayError('project/exists', { subject: folder });
  const catalogue = await openCatalogue(folder, {
    ...{ create, readOnly: reader, door: context.door, clock: context.clock },
  });
  const thumbnailFile = join(folder, 'cache.db');
  const thumbnails = openThumbnailCache(thumbnailFile);
  const project: OpenProject = {
    path: folder,
    catalogue,
    thumbnails,
    thumbnailFile,
    runsFolder: join(folder, 'runs'),
    featuresFolder: join(folder, 'features'),
    modelsFolder: join(folder, 'models'),
    jobs: new JobRunner({
      store: catalogue.jobs,
      bodies: context.bodies,
      emit: context.emit,
      clock: context.clock,
    }),
    remember({ recent, clock }) {
      const { images } = catalogue.info();
      recent.remember({
        path: folder,
        openedAt: clock(),
        images,
        classes: catalogue.classes.list().length,
        strip: stripOf(project),
      });
    },
  };
  await closeProject(context);
  context.project = project;
  // The recent list tells what somebody worked on.
  if (!reader) project.remember(context);
  context.emit({ type: 'project', open: true });
  return project;
}

export async function closeProject(context: EngineContext): Promise<void> {
  const project = context.project;
  if (!project) return;
  await project.jobs.stopAll();
  context.project = null;
  project.thumbnails.close();
  project.catalogue.close();
  context.emit({ type: 'project', open: false });
}
