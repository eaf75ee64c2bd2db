/** What the Batch view knows: the form, the batch on screen and the rows fetched of it. */
import { type Client } from '../../../electron/contract/client.ts';
import { type StudioEvent } from '../../../electron/contract/contract.ts';
import { type AssayError, toAssayError } from '../../../electron/contract/errors.ts';
import {
  type BatchInfo,
  type BatchRow,
  type EvaluationInfo,
  type JobInfo,
  type RunInfo,
} from '../../../electron/contract/words.ts';
import { debounced, Latest } from '../latest.ts';
import { isEvaluationSplit } from '../evaluate/evaluate.svelte.ts';
import { type TunedLook } from '../../../electron/contract/tune.ts';
import { type BatchForm, emptyForm, formIsWhole, requestOf, type Second, withTuned } from './form.ts';

export type Show = 'all' | 'undecided' | 'failed';
export const PAGE = 100;

/** The table beside the folder: `…/scans` → `…/scans.csv`. */
export const outFor = (folder: string): string => (folder ? `${folder.replace(/[\\/]+$/, '')}.csv` : '');

export class BatchState {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<AssayError | null>(null);
  runs = $state.raw<RunInfo[]>([]);
  batches = $state.raw<BatchInfo[]>([]);
  jobs = $state.raw<Readonly<Record<number, JobInfo>>>({});
  form = $state<BatchForm>(emptyForm());
  /** Whether the output was named by hand: then it no longer follows the folder. */
  outNamed = $state(false);
  /** How sure the run of the form was on its own evaluation: what the threshold would leave undecided. */
  confidence = $state.raw<EvaluationInfo['reliability']>([]);
  /** What the run of the form was tuned to; null: it was not, or that is not known yet. */
  tuned = $state.raw<TunedLook | null>(null);
  selected = $state<number | null>(null);
  show = $state<Show>('all');
  total = $state(0);
  /** Rows by place in the list shown; holes are not fetched yet. */
  rows = $state.raw<Readonly<Record<number, BatchRow>>>({});
  rowsError = $state.raw<AssayError | null>(null);
  starting = $state(false);
  startError = $state.raw<AssayError | null>(null);

  readonly #client: Client;
  readonly #load = new Latest();
  readonly #confidence = new Latest();
  readonly #tuned = new Latest();
  // Bookkeeping, never shown.
  readonly #asked = new Set<number>();
  #window: [number, number] = [0, PAGE];
  readonly #again = debounced(() => void this.#refresh(), 400);

  constructor(client: Client) {
    this.#client = client;
  }

  get batch(): BatchInfo | null {
    return this.batches.find((b) => b.id === this.selected) ?? null;
  }

  get job(): JobInfo | null {
    const id = this.batch?.job;
    return id ? (this.jobs[id] ?? null) : null;
  }

  /** The run of the form. */
  get run(): RunInfo | undefined {
    return this.runs.find((r) => r.id === this.form.run);
  }

  /** Runs that can be averaged with it: those of the same classes. */
  get partners(): RunInfo[] {
    const names = [...(this.run?.classes ?? [])].sort().join('\n');
    return this.runs.filter((r) => r.id !== this.form.run && [...r.classes].sort().join('\n') === names);
  }

  /** The batch's job where it is under way. */
  get running(): JobInfo | null {
    return this.job?.state === 'running' || this.job?.state === 'queued' ? this.job : null;
  }

  get ready(): boolean {
    return formIsWhole(this.form) && !this.starting;
  }

  /** @param wanted a run to classify with, from another view; else the newest */
  async load(wanted?: number): Promise<void> {
    const answer = await this.#load.ask((signal) =>
      Promise.all([
        this.#client.call('runs.list', {}, { signal }),
        this.#client.call('batch.list', {}, { signal }),
        this.#client.call('jobs.list', {}, { signal }),
      ]),
    );
    if (!answer) return;
    if (answer.error) {
      this.error = answer.error;
      this.phase = 'failed';
      return;
    }
    const [runs, batches, jobs] = answer.value;
    this.#setRuns(runs);
    this.batches = [...batches].sort((a, b) => b.id - a.id);
    this.jobs = Object.fromEntries(jobs.filter((j) => j.kind === 'classify').map((j) => [j.id, j]));
    this.error = null;
    this.phase = 'ready';
    const run = this.runs.find((r) => r.id === wanted) ?? this.runs[0];
    if (run && (this.form.run === null || wanted !== undefined)) this.change({ run: run.id });
    const first = this.batches[0];
    if (this.selected === null && first) await this.select(first.id);
  }

  change(patch: Partial<BatchForm>): void {
    if (patch.out !== undefined) this.outNamed = patch.out !== '';
    Object.assign(this.form, patch);
    if (patch.folder !== undefined && !this.outNamed) this.form.out = outFor(patch.folder);
    this.startError = null;
    if (patch.run === undefined) return;
    // The first run is none of the others that are averaged with it.
    this.form.more = this.form.more.filter((id) => id !== patch.run);
    const known = this.run?.classes ?? [];
    this.form.second.classes = this.form.second.classes.filter((name) => known.includes(name));
    void this.#askConfidence();
    void this.#askTuned();
  }

  changeSecond(patch: Partial<Second>): void {
    Object.assign(this.form.second, patch);
    this.startError = null;
  }

  useTuned(): void {
    if (this.tuned) this.change(withTuned(this.tuned, this.form));
  }

  async start(): Promise<void> {
    const request = requestOf($state.snapshot(this.form));
    if (!this.ready || request === null) return;
    this.starting = true;
    this.startError = null;
    try {
      const { job, batch } = await this.#client.call('batch.start', request);
      this.#setJob(await this.#client.call('jobs.get', { job }));
      this.#setBatches(await this.#client.call('batch.list', {}));
      await this.select(batch);
    } catch (thrown) {
      this.startError = toAssayError(thrown);
    } finally {
      this.starting = false;
    }
  }

  async cancel(): Promise<void> {
    const job = this.running;
    if (job) await this.#client.call('jobs.cancel', { job: job.id }).catch((e) => (this.startError = toAssayError(e)));
  }

  async resume(): Promise<void> {
    const job = this.batch?.job;
    if (!job) return;
    try {
      const again = await this.#client.call('jobs.resume', { job });
      this.#setJob(await this.#client.call('jobs.get', again));
      this.#setBatches(await this.#client.call('batch.list', {}));
    } catch (thrown) {
      this.startError = toAssayError(thrown);
    }
  }

  async select(batch: number): Promise<void> {
    this.selected = batch;
    this.show = 'all';
    await this.#restart();
  }

  async setShow(show: Show): Promise<void> {
    this.show = show;
    await this.#restart();
  }

  /** Called with the places on screen, [from, to): fetches the pages that are not there yet. */
  async need(from: number, to: number): Promise<void> {
    this.#window = [from, to];
    const pages: number[] = [];
    for (let p = Math.floor(from / PAGE); p * PAGE < Math.max(to, 1); p++)
      if (!this.#asked.has(p) && (p === 0 || p * PAGE < this.total)) pages.push(p);
    await Promise.all(pages.map((p) => this.#page(p)));
  }

  onEvent(event: StudioEvent): void {
    if (event.type === 'job' && event.job.kind === 'classify') {
      this.#setJob(event.job);
      if (event.job.id === this.batch?.job) this.#again();
    }
    if (event.type === 'changed' && event.what.includes('batches')) this.#again();
    if (event.type === 'changed' && event.what.includes('runs')) void this.#refreshRuns();
  }

  dispose(): void {
    this.#load.stop();
    this.#confidence.stop();
    this.#tuned.stop();
    this.#again.cancel();
  }

  #setRuns(runs: RunInfo[]): void {
    this.runs = runs.filter((r) => r.state === 'done' || r.state === 'stopped').sort((a, b) => b.id - a.id);
  }

  #setBatches(batches: BatchInfo[]): void {
    this.batches = [...batches].sort((a, b) => b.id - a.id);
  }

  #setJob(job: JobInfo): void {
    this.jobs = { ...this.jobs, [job.id]: job };
  }

  async #restart(): Promise<void> {
    this.rows = {};
    this.total = 0;
    this.#asked.clear();
    await this.need(0, PAGE);
  }

  async #page(page: number): Promise<void> {
    const [batch, show] = [this.selected, this.show];
    if (batch === null) return;
    this.#asked.add(page);
    try {
      const got = await this.#client.call('batch.rows', { batch, show, from: page * PAGE, count: PAGE });
      if (batch !== this.selected || show !== this.show) return;
      const rows = { ...this.rows };
      got.rows.forEach((row, i) => (rows[page * PAGE + i] = row));
      this.rows = rows;
      this.total = got.total;
      this.rowsError = null;
      // A page that is not full will grow while the batch runs.
      if (got.rows.length < PAGE) this.#asked.delete(page);
    } catch (thrown) {
      this.#asked.delete(page);
      this.rowsError = toAssayError(thrown);
    }
  }

  async #refresh(): Promise<void> {
    const batches = await this.#client.call('batch.list', {}).catch(() => null);
    if (batches) this.#setBatches(batches);
    if (this.selected === null) return;
    // Undecided and failed rows appear in between: what is on screen is asked again.
    const first = Math.floor(this.#window[0] / PAGE);
    for (let p = first; p * PAGE < this.#window[1]; p++) this.#asked.delete(p);
    await this.need(...this.#window);
  }

  async #refreshRuns(): Promise<void> {
    const runs = await this.#client.call('runs.list', {}).catch(() => null);
    if (!runs) return;
    this.#setRuns(runs);
    this.form.more = this.form.more.filter((id) => this.runs.some((r) => r.id === id));
    if (!this.run) this.change({ run: this.runs[0]?.id ?? null });
    else void this.#askTuned();
  }

  async #askTuned(): Promise<void> {
    const run = this.run?.id;
    this.tuned = null;
    if (run === undefined) return;
    const answer = await this.#tuned.ask((signal) => this.#client.call('runs.tuned', { run }, { signal }));
    // A run that is gone meanwhile has none.
    if (answer) this.tuned = answer.value?.tuned?.pick ?? null;
  }

  async #askConfidence(): Promise<void> {
    const run = this.run;
    this.confidence = [];
    if (!run || !isEvaluationSplit(run.split)) return;
    const split = run.split;
    const answer = await this.#confidence.ask((signal) =>
      this.#client.call('runs.evaluate', { run: run.id, split }, { signal }),
    );
    // Without it the form works as well: it only shows no preview of the threshold.
    if (answer?.value) this.confidence = answer.value.reliability;
  }
}
