/** What the procedures share: the program's own stores, the open project, and how to reach compute and clients. */
import { AssayError, type Output, type ParsedInput, type ProcedureName, type StudioEvent } from '../contract/index.ts';
import { type Tasks } from './tasks/index.ts';
import { type Compute } from '../compute/launcher.ts';
import { type DrawnPictures } from './drawn.ts';
import { type Log } from './log.ts';
import { type OpenProject } from './project.ts';
import { type Places } from './places.ts';
import { type RecentStore, type SettingsStore } from './settings.ts';

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
  /** Pictures of previews. */
  readonly drawn: DrawnPictures;
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
