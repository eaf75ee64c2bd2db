/** What the Train view knows: the form, its estimate, the runs, the job under way. */
import { type Client } from '../../../electron/contract/client.ts';
import { type StudioEvent } from '../../../electron/contract/contract.ts';
import { type AssayError, toAssayError } from '../../../electron/contract/errors.ts';
import { type JobInfo, type RunInfo } from '../../../electron/contract/words.ts';
import { Latest } from '../latest.ts';
import { FormState } from './form/form.svelte.ts';
import { formOfRun } from './form/recipe-file.ts';
import { type RunDetail, withEpoch, withLive } from './live.ts';

export { type RunDetail };

const unfinished = (job: JobInfo): boolean => job.state === 'running' || job.state === 'queued';

export class TrainState {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state<AssayError | null>(null);
  runs = $state.raw<RunInfo[]>([]);
  /** The training under way, or the last that ended badly. */
  job = $state.raw<JobInfo | null>(null);
  jobRun = $state<number | null>(null);
  starting = $state(false);
  startError = $state.raw<AssayError | null>(null);
  selected = $state<number | null>(null);
  /** Runs laid over each other: at most two. */
  compared = $state.raw<number[]>([]);
  details = $state.raw<Readonly<Record<number, RunDetail>>>({});
  detailError = $state.raw<AssayError | null>(null);

  readonly form: FormState;
  readonly #client: Client;
  readonly #load = new Latest();

  /** @param project what the form is kept for while the view is not shown: the path of the project */
  constructor(client: Client, project = '') {
    this.#client = client;
    this.form = new FormState(client, project);
  }

  get running(): JobInfo | null {
    return this.job && unfinished(this.job) ? this.job : null;
  }

  get startable(): boolean {
    return this.phase === 'ready' && this.form.ready && !this.running && !this.starting;
  }

  get run(): RunInfo | null {
    return this.runs.find((r) => r.id === this.selected) ?? null;
  }

  get detail(): RunDetail | null {
    return this.selected === null ? null : (this.details[this.selected] ?? null);
  }

  /** Whether the run that is shown is the one under way, and a network: only that can be paused and finished early. */
  get live(): RunDetail['live'] {
    return this.running && this.detail?.id === this.jobRun ? (this.detail?.live ?? null) : null;
  }

  async load(): Promise<void> {
    const answer = await this.#load.ask((signal) =>
      Promise.all([
        this.#client.call('backbones.list', {}, { signal }),
        this.#client.call('runs.list', {}, { signal }),
        this.#client.call('jobs.list', {}, { signal }),
        this.#client.call('augment.catalogue', {}, { signal }),
        this.#client.call('augment.plans', {}, { signal }),
        // A plan that cannot be read is told by the estimate.
        this.#client.call('augment.get', {}, { signal }).catch(() => null),
      ]),
    );
    if (!answer) return;
    if (answer.error) {
      this.error = answer.error;
      this.phase = 'failed';
      return;
    }
    const [backbones, runs, jobs, { presets }, plans, own] = answer.value;
    this.form.plans = [...new Set([...presets, ...plans].map(({ name }) => name))];
    this.form.ownPlan = own?.name ?? null;
    this.form.show(backbones);
    this.#setRuns(runs);
    const job = jobs.filter((j) => j.kind === 'train').sort((a, b) => b.id - a.id)[0] ?? null;
    if (job && (unfinished(job) || job.resumable)) this.#setJob(job);
    this.error = null;
    this.phase = 'ready';
    if (this.selected === null) await this.select(this.jobRun ?? this.runs[0]?.id ?? null);
  }

  /** Does nothing while a training is under way or no backbone is chosen. */
  async start(): Promise<void> {
    if (!this.startable) return;
    this.starting = true;
    this.startError = null;
    try {
      const { job, run } = await this.#client.call('train.start', this.form.request);
      await this.#follow(job, run);
    } catch (thrown) {
      this.startError = toAssayError(thrown);
    } finally {
      this.starting = false;
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.#act(this.#client.call('jobs.cancel', { job: this.job.id }));
  }

  /** Stops at the next step and keeps everything. */
  async pause(): Promise<void> {
    if (this.live) await this.#act(this.#client.call('train.pause', { run: this.live.run }));
  }

  /** Ends the training; the best epoch so far is its result. */
  async finish(): Promise<void> {
    if (this.live) await this.#act(this.#client.call('train.finish', { run: this.live.run }));
  }

  /** Goes on with the run that is shown: a network where it stood, a head from its job's beginning. */
  async resume(): Promise<void> {
    if (this.detail?.resumable) {
      const started = await this.#act(this.#client.call('train.resume', { run: this.detail.id }));
      if (started) await this.#follow(started.job, started.run);
    } else if (this.job) {
      const started = await this.#act(this.#client.call('jobs.resume', { job: this.job.id }));
      if (started) this.job = await this.#client.call('jobs.get', started);
    }
  }

  /** The form takes the recipe of a run; false where that run kept none that can be used again. */
  reuse(run: RunInfo): boolean {
    const form = formOfRun(run.recipe);
    if (form) this.form.take(form, run.name);
    return form !== null;
  }

  async select(run: number | null): Promise<void> {
    this.selected = run;
    if (run !== null) await this.#ensureDetail(run);
  }

  /** Lays a run over the others; the third one pushes the first out. */
  async toggleCompared(run: number): Promise<void> {
    this.compared = this.compared.includes(run)
      ? this.compared.filter((r) => r !== run)
      : [...this.compared, run].slice(-2);
    if (this.compared.includes(run)) await this.#ensureDetail(run);
  }

  onEvent(event: StudioEvent): void {
    if (event.type === 'training') this.#change(event.live.run, (detail) => withLive(detail, event.live));
    if (event.type === 'epoch') this.#change(event.run, (detail) => withEpoch(detail, event.point));
    if (event.type === 'job' && event.job.kind === 'train') this.#setJob(event.job);
    if (event.type === 'changed' && event.what.includes('runs')) void this.#refreshRuns();
    if (event.type === 'changed' && event.what.includes('backbones')) void this.load();
    if (event.type === 'changed' && event.what.includes('labels')) this.form.again();
  }

  dispose(): void {
    this.#load.stop();
    this.form.dispose();
  }

  async #follow(job: number, run: number): Promise<void> {
    this.jobRun = run;
    this.job = await this.#client.call('jobs.get', { job });
    this.#setRuns(await this.#client.call('runs.list', {}));
    await this.select(run);
    await this.#ensureDetail(run, true);
  }

  /** Events of a run that nobody looks at change nothing: its detail is asked for whole when it is shown. */
  #change(run: number, by: (detail: RunDetail) => RunDetail): void {
    const detail = this.details[run];
    if (detail) this.details = { ...this.details, [run]: by(detail) };
  }

  #setRuns(runs: RunInfo[]): void {
    this.runs = [...runs].sort((a, b) => b.id - a.id);
    this.compared = this.compared.filter((id) => this.runs.some((r) => r.id === id));
    if (this.selected !== null && !this.runs.some((r) => r.id === this.selected)) this.selected = null;
  }

  #setJob(job: JobInfo): void {
    // An older job that is only now resumed elsewhere replaces a finished one, never a running one.
    if (this.job && this.job.id !== job.id && this.running && !unfinished(job)) return;
    this.job = job;
    const run = job.result?.['run'];
    this.jobRun = typeof run === 'number' ? run : (this.runs.find((r) => r.state === 'running')?.id ?? this.jobRun);
    if (!unfinished(job)) void this.#refreshRuns();
  }

  async #refreshRuns(): Promise<void> {
    try {
      this.#setRuns(await this.#client.call('runs.list', {}));
      const others = this.compared.filter((id) => id !== this.selected);
      for (const id of this.selected === null ? others : [this.selected, ...others]) await this.#ensureDetail(id, true);
    } catch (thrown) {
      this.detailError = toAssayError(thrown);
    }
  }

  async #ensureDetail(run: number, again = false): Promise<void> {
    if (!again && this.details[run]) return;
    try {
      const detail = await this.#client.call('runs.get', { run });
      this.details = { ...this.details, [run]: detail };
      this.detailError = null;
    } catch (thrown) {
      if (run === this.selected) this.detailError = toAssayError(thrown);
    }
  }

  async #act<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call;
    } catch (thrown) {
      this.startError = toAssayError(thrown);
      return null;
    }
  }
}
