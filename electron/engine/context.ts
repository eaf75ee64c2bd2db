/** What the procedures share: the program's own stores, the open project, and how to reach compute and clients. */
import {
  AssayError,
  type Output,
  type ParsedInput,
  type JobKind,
  type ProcedureName,
  type StudioEvent,
} from '../contract/index.ts';
import type { Tasks } from './tasks/index.ts';
import { type Catalogue } from '../catalogue/index.ts';
import { type Compute } from '../compute/launcher.ts';
import { type ThumbnailCache } from '../imaging/cache.ts';
import { type DrawnPictures } from './drawn.ts';
import { type JobBody, type JobRunner } from './jobs.ts';
import { type Log } from './log.ts';
import { type Places } from './places.ts';
import { type Trainings } from './train/trainings.ts';
import { type RecentStore, type SettingsStore } from './settings.ts';

/** The project that is open. */
export interface OpenProject {
  readonly path: string;
  readonly catalogue: Catalogue;
  /** Thumbnails, read here and written by compute. */
  readonly thumbnails: ThumbnailCache;
  readonly thumbnailFile: string;
  readonly jobs: JobRunner;
  /** Folders below the project. */
  readonly runsFolder: string;
  readonly featuresFolder: string;
  readonly modelsFolder: string;
  /** Puts the project first in the recent list, with pictures of it. */
  remember(context: EngineContext): void;
}

export type Door = 'window' | 'browser' | 'command';

export interface EngineContext {
  readonly door: Door;
  readonly places: Places;
  readonly settings: SettingsStore;
  readonly recent: RecentStore;
  /** For jobs, one at a time. */
  readonly compute: Compute<Tasks>;
  /** For what a person waits for: pictures, previews. */
  readonly interactive: Compute<Tasks>;
  readonly log: Log;
  readonly clock: () => number;
  /** What each kind of job does. */
  readonly bodies: Record<JobKind, JobBody>;
  /** Pictures of previews. */
  readonly drawn: DrawnPictures;
  /** Trainings under way. */
  readonly trainings: Trainings;
  project: OpenProject | null;
  emit(event: StudioEvent): void;
}

/** The open project, or `project/none-open`. */
export function projectOf(context: EngineContext): OpenProject {
  if (!context.project) throw new AssayError('project/none-open');
  return context.project;
}

export interface CallOptions {
  signal: AbortSignal;
}

/** A procedure's body. Its input was validated at the door. */
export type Handler<K extends ProcedureName> = (
  context: EngineContext,
  input: ParsedInput<K>,
  options: CallOptions,
) => Output<K> | Promise<Output<K>>;

export type Handlers = { [K in ProcedureName]: Handler<K> };
/** The procedures of some areas: `HandlersOf<'jobs'>` are those named `jobs.…`. */
export type HandlersOf<Area extends string> = { [K in Extract<ProcedureName, `${Area}.${string}`>]: Handler<K> };

type Changed = Extract<StudioEvent, { type: 'changed' }>['what'];

/** Tells every client that something was committed. */
export function changed(context: EngineContext, what: Changed): void {
  if (context.project) context.emit({ type: 'changed', revision: context.project.catalogue.revision(), what });
}

/** Who is written down as the author of a gesture. */
export const author = (context: EngineContext): string => context.settings.get().author;
