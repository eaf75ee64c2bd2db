/**
 * Studies as the view knows them: jobs of kind `study`. Which study a finished one was, its result says by its shape, so
 * a page that is opened again shows what was found before.
 */
import { type Client } from '../../../../electron/contract/client.ts';
import { type Input, type StudioEvent } from '../../../../electron/contract/contract.ts';
import { type AssayError, toAssayError } from '../../../../electron/contract/errors.ts';
import { type StudyKind, type StudyResult, studyResults } from '../../../../electron/contract/study.ts';
import { type JobInfo } from '../../../../electron/contract/words.ts';

export type Found = { [K in StudyKind]?: { job: number; result: StudyResult<K> } };
const KINDS = Object.keys(studyResults) as StudyKind[];
const active = (job: JobInfo): boolean => job.state === 'running' || job.state === 'queued';

/** The newest result of each kind. */
export function foundIn(jobs: readonly JobInfo[]): Found {
  const found: Found = {};
  for (const job of [...jobs].sort((a, b) => a.id - b.id)) {
    if (job.state !== 'done') continue;
    for (const kind of KINDS) {
      const read = studyResults[kind].safeParse(job.result);
      if (read.success) Object.assign(found, { [kind]: { job: job.id, result: read.data } });
    }
  }
  return found;
}

export class StudiesState {
  jobs = $state.raw<JobInfo[]>([]);
  /** The study that is being asked for. */
  starting = $state<StudyKind | null>(null);
  /** Why the last start of a kind was refused. */
  errors = $state.raw<{ [K in StudyKind]?: AssayError }>({});
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  readonly found = $derived(foundIn(this.jobs));

  /** What is to be told of some kinds beside their results: studies under way, and the newest where it came to no end. */
  told(kinds: readonly StudyKind[]): JobInfo[] {
    const own = this.jobs.filter((job) => kinds.some((kind) => kind === job.study));
    return own.filter((job, i) => active(job) || (i === 0 && job.state !== 'done'));
  }

  async load(): Promise<void> {
    const jobs = await this.#client.call('jobs.list', {}).catch(() => []);
    this.jobs = jobs.filter((job) => job.kind === 'study').sort((a, b) => b.id - a.id);
  }

  async start(request: Input<'study.start'>): Promise<void> {
    const kind = request.study;
    this.starting = kind;
    this.errors = { ...this.errors, [kind]: undefined };
    try {
      const { job } = await this.#client.call('study.start', request);
      this.#set(await this.#client.call('jobs.get', { job }));
    } catch (thrown) {
      this.errors = { ...this.errors, [kind]: toAssayError(thrown) };
    } finally {
      this.starting = null;
    }
  }

  async cancel(job: JobInfo): Promise<void> {
    // A job that ended meanwhile needs no cancelling.
    await this.#client.call('jobs.cancel', { job: job.id }).catch(() => undefined);
  }

  async resume(job: JobInfo): Promise<void> {
    const again = await this.#client.call('jobs.resume', { job: job.id }).catch(() => null);
    if (again) this.#set(await this.#client.call('jobs.get', again));
  }

  onEvent(event: StudioEvent): void {
    if (event.type === 'job' && event.job.kind === 'study') this.#set(event.job);
  }

  #set(job: JobInfo): void {
    this.jobs = [job, ...this.jobs.filter((one) => one.id !== job.id)].sort((a, b) => b.id - a.id);
  }
}
