/** What every view shares: the client, the open project, classes, settings, jobs, and where one is. */
import { actionSentence } from '../../electron/contract/actions.ts';
import { type Client } from '../../electron/contract/client.ts';
import { type StudioEvent } from '../../electron/contract/contract.ts';
import { AssayError, type WireError, toAssayError } from '../../electron/contract/errors.ts';
import { type ClassInfo, type JobInfo, type ProjectInfo, type Settings } from '../../electron/contract/words.ts';
import { language, t } from '../messages/messages.svelte.ts';
import { Chooser } from './choose.svelte.ts';
import { Keys } from './keys.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

export const VIEWS = ['images', 'clean', 'augment', 'train', 'evaluate', 'batch', 'models'] as const;
export type ViewName = (typeof VIEWS)[number];

type What = Extract<StudioEvent, { type: 'changed' }>['what'][number];

export class Session {
  readonly client: Client;
  readonly keys = new Keys();
  readonly toasts = new Toasts();
  /** Asks for folders and files, by whatever door: `await session.choose.folder(title)`. */
  readonly choose: Chooser;

  connected = $state(true);
  /** False until the first answer: neither the start screen nor a project is shown. */
  ready = $state(false);
  project = $state.raw<ProjectInfo | null>(null);
  classes = $state.raw<readonly ClassInfo[]>([]);
  settings = $state.raw<Settings>({
    theme: 'dark',
    locale: 'en',
    density: 'comfortable',
    author: '',
    autoAdvance: true,
    tileSize: 132,
  });
  jobs = $state.raw<readonly JobInfo[]>([]);
  view = $state<ViewName>('images');
  /** Query that the Images view shall show next; a view that opens images elsewhere sets it. */
  query = $state('');
  /** What lies over the view. */
  overlay = $state<'none' | 'palette' | 'keys' | 'settings' | 'jobs' | 'import'>('none');
  /** Folder that the import form is about. */
  importFolder = $state<string | null>(null);
  /** A model file that was dropped on the window: Models takes it and sets it to null. */
  dropped = $state<string | null>(null);
  /** Texts at the left of the status line: the view's own counts. */
  status = $state<readonly string[]>([]);
  // Nothing on screen reads who listens.

  readonly #changes = new Set<(what: ReadonlySet<What>) => void>();

  constructor(client: Client) {
    this.client = client;
    this.choose = new Chooser(client);
    client.subscribe((event) => this.#receive(event));
    client.onConnection((connected) => {
      const was = this.connected;
      this.connected = connected;
      if (connected && !was) void this.refresh();
    });
    void this.refresh();
  }

  /** Class by id, for tiles and chips. */
  // Made anew with every change of the classes.

  readonly classById = $derived(new Map(this.classes.map((c) => [c.id, c])));

  get running(): JobInfo[] {
    return this.jobs.filter((job) => job.state === 'running' || job.state === 'queued');
  }

  /** Asks again what the frame shows. */
  async refresh(): Promise<void> {
    try {
      this.settings = await this.client.call('settings.get', {});
      this.#applySettings();
      await this.refreshProject();
    } catch (thrown) {
      this.fail(thrown);
    }
    this.ready = true;
  }

  async refreshProject(): Promise<void> {
    try {
      [this.project, this.classes, this.jobs] = await Promise.all([
        this.client.call('project.info', {}),
        this.client.call('classes.list', {}),
        this.client.call('jobs.list', {}),
      ]);
    } catch (thrown) {
      const error = toAssayError(thrown);
      if (error.code !== 'project/none-open') throw error;
      this.project = null;
      this.classes = [];
      this.jobs = [];
    }
  }

  async set(change: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...change };
    this.#applySettings();
    this.settings = await this.client.call('settings.set', change);
  }

  /** Tells a view what was committed. Returns the function that ends it. */
  onChange(listener: (what: ReadonlySet<What>) => void): () => void {
    this.#changes.add(listener);
    return () => void this.#changes.delete(listener);
  }

  go(view: ViewName): void {
    this.view = view;
    this.overlay = 'none';
  }

  /** Opens the Images view on a filter. */
  show(query: string): void {
    this.query = query;
    this.go('images');
  }

  async open(path: string): Promise<void> {
    this.project = await this.client.call('project.open', { path });
    await this.refreshProject();
    this.go('images');
  }

  async closeProject(): Promise<void> {
    await this.client.call('project.close', {});
    this.query = '';
    await this.refreshProject();
  }

  async undo(): Promise<void> {
    await this.#step('history.undo', 'frame.undone');
  }

  async redo(): Promise<void> {
    await this.#step('history.redo', 'frame.redone');
  }

  /** Shows an error that has no better place. */
  fail(thrown: unknown): void {
    const error = toAssayError(thrown);
    if (error.code === 'internal/cancelled') return;
    this.toasts.error(error);
  }

  async #step(name: 'history.undo' | 'history.redo', message: 'frame.undone' | 'frame.redone'): Promise<void> {
    const meant = name === 'history.undo' ? this.project?.undo : this.project?.redo;
    try {
      const { action } = await this.client.call(name, {});
      // The gesture's own sentence says more than that of its inverse; another door may have been faster.
      const same = meant?.summary === action.summary && meant.changed === action.changed;
      const { locale } = language;
      this.toasts.note(same ? t(message, { summary: actionSentence(meant, locale) }) : actionSentence(action, locale));
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  #receive(event: StudioEvent): void {
    if (event.type === 'job') {
      const others = this.jobs.filter((job) => job.id !== event.job.id);
      const before = this.jobs.find((job) => job.id === event.job.id);
      this.jobs = [event.job, ...others].sort((a, b) => b.id - a.id);
      if (event.job.state === 'failed' && before?.state !== 'failed' && event.job.error)
        this.fail(AssayError.fromWire(event.job.error as WireError));
      if (event.job.kind === 'import' && event.job.state === 'done' && before?.state !== 'done')
        this.#imported(event.job);
    } else if (event.type === 'project') {
      void this.refreshProject().catch((thrown: unknown) => this.fail(thrown));
    } else if (event.type === 'changed') {
      this.#refreshSoon();
      // Handed over once, never changed.

      const what = new Set(event.what);
      this.#changes.forEach((listen) => listen(what));
    }
  }

  /** What an import could not read is said once, with a way to see it. */
  #imported({ troubles, total }: JobInfo): void {
    if (troubles === 0) return;
    const offer = { title: t('frame.show'), run: () => this.show('is:unreadable') };
    this.toasts.note(t('frame.couldNotBeRead', { n: troubles, total }), { offer });
  }

  #timer: ReturnType<typeof setTimeout> | null = null;
  /** An import commits many times a second: the frame asks at most three times. */
  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.refreshProject().catch((thrown: unknown) => this.fail(thrown));
    }, 300);
  }

  #applySettings(): void {
    const { theme, density, locale } = this.settings;
    language.locale = locale;
    if (typeof document === 'undefined') return;
    document.documentElement.dataset.theme = theme;
    document.documentElement.dataset.density = density;
    document.documentElement.lang = locale;
  }
}
