/** What the Train view knows: the form, its estimate, the runs, the job under way. */
import { type Client } from '../../../electron/contract/client.ts';
import { type Output, type StudioEvent } from '../../../electron/contract/contract.ts';
import { type AssayError, toAssayError } from '../../../electron/contract/errors.ts';
import { type BackboneInfo, type JobInfo, type RunInfo } from '../../../electron/contract/words.ts';
import { debounced, Latest } from '../latest.ts';
import { defaultBackbones } from './recipe.ts';

export interface TrainForm {
  backbones: string[];
  /** Pixels; null: each backbone's native size. */
  size: number | null;
  fit: 'letterbox' | 'stretch';
  tap: 'depths' | 'last';
  seed: number;
  name: string;
}

export type RunDetail = Output<'runs.get'>;

const unfinished = (job: JobInfo): boolean => job.state === 'running' || job.state === 'queued';

export class TrainState {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state<AssayError | null>(null);
  backbones = $state.raw<BackboneInfo[]>([]);
  runs = $state.raw<RunInfo[]>([]);
  form = $state<TrainForm>({ backbones: [], size: null, fit: 'letterbox', tap: 'depths', seed: 1, name: '' });
  estimate = $state.raw<Output<'train.estimate'> | null>(null);
  estimateError = $state.raw<AssayError | null>(null);
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

  readonly #client: Client;
  readonly #load = new Latest();
  readonly #estimate = new Latest();
  readonly #estimateSoon = debounced(() => void this.#askEstimate(), 200);

  constructor(client: Client) {
    this.#client = client;
  }

  get running(): JobInfo | null {
    return this.job && unfinished(this.job) ? this.job : null;
  }

  get startable(): boolean {
    return this.phase === 'ready' && this.form.backbones.length > 0 && !this.running && !this.starting;
  }

  get run(): RunInfo | null {
    return this.runs.find((r) => r.id === this.selected) ?? null;
  }

  get detail(): RunDetail | null {
    return this.selected === null ? null : (this.details[this.selected] ?? null);
  }

  /** Backbones of the form, in the order of the list: the order of concatenation. */
  get chosen(): BackboneInfo[] {
    return this.backbones.filter((b) => this.form.backbones.includes(b.name));
  }

  async load(): Promise<void> {
    const answer = await this.#load.ask((signal) =>
      Promise.all([
        this.#client.call('backbones.list', {}, { signal }),
        this.#client.call('runs.list', {}, { signal }),
        this.#client.call('jobs.list', {}, { signal }),
      ]),
    );
    if (!answer) return;
    if (answer.error) {
      this.error = answer.error;
      this.phase = 'failed';
      return;
    }
    const [backbones, runs, jobs] = answer.value;
    // This form trains heads: a network that knows nothing yet has no features for one.
    this.backbones = backbones.filter((backbone) => backbone.origin !== 'untrained');
    this.#setRuns(runs);
    const job = jobs.filter((j) => j.kind === 'train').sort((a, b) => b.id - a.id)[0] ?? null;
    if (job && (unfinished(job) || job.resumable)) this.#setJob(job);
    if (this.form.backbones.length === 0) this.form.backbones = defaultBackbones(backbones);
    this.error = null;
    this.phase = 'ready';
    this.#estimateSoon();
    if (this.selected === null) await this.select(this.jobRun ?? this.runs[0]?.id ?? null);
  }

  change(patch: Partial<TrainForm>): void {
    Object.assign(this.form, patch);
    this.startError = null;
    this.#estimateSoon();
  }

  toggleBackbone(name: string): void {
    const has = this.form.backbones.includes(name);
    this.change({
      backbones: has ? this.form.backbones.filter((b) => b !== name) : [...this.form.backbones, name],
    });
  }

  /** Does nothing while a training is under way or no backbone is chosen. */
  async start(): Promise<void> {
    if (!this.startable) return;
    this.starting = true;
    this.startError = null;
    try {
      const { job, run } = await this.#client.call('train.start', this.#request());
      this.jobRun = run;
      this.job = await this.#client.call('jobs.get', { job });
      this.#setRuns(await this.#client.call('runs.list', {}));
      await this.select(run);
    } catch (thrown) {
      this.startError = toAssayError(thrown);
    } finally {
      this.starting = false;
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.#act(this.#client.call('jobs.cancel', { job: this.job.id }));
  }

  async resume(): Promise<void> {
    if (!this.job) return;
    const started = await this.#act(this.#client.call('jobs.resume', { job: this.job.id }));
    if (started) this.job = await this.#client.call('jobs.get', started);
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
    if (event.type === 'job' && event.job.kind === 'train') this.#setJob(event.job);
    if (event.type === 'changed' && event.what.includes('runs')) void this.#refreshRuns();
    if (event.type === 'changed' && event.what.includes('backbones')) void this.load();
    if (event.type === 'changed' && event.what.includes('labels')) this.#estimateSoon();
  }

  dispose(): void {
    this.#load.stop();
    this.#estimate.stop();
    this.#estimateSoon.cancel();
  }

  #request() {
    const { name, ...rest } = $state.snapshot(this.form);
    return { ...rest, preset: 'head' as const, name: name.trim() || null };
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

  async #askEstimate(): Promise<void> {
    if (this.form.backbones.length === 0) {
      this.#estimate.stop();
      this.estimate = null;
      return;
    }
    const answer = await this.#estimate.ask((signal) =>
      this.#client.call('train.estimate', this.#request(), { signal }),
    );
    if (!answer) return;
    this.estimate = answer.value;
    this.estimateError = answer.error;
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
