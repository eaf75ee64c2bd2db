/**
 * What the Clean view knows: the queue, the finding on the stage, decisions.
 *
 * A decision shows at once and is sent behind it, one after the other; if the engine refuses it, the finding comes back
 * with the reason. The queue on screen keeps its order: a finding decided stays where it was, so that ← finds it.
 */
import { FITTING, isOfCopies } from '../../../electron/contract/cleaning.ts';
import { type Client } from '../../../electron/contract/client.ts';
import { type Input, type StudioEvent } from '../../../electron/contract/contract.ts';
import { type AssayError, toAssayError } from '../../../electron/contract/errors.ts';
import {
  type CleanSummary,
  type Decision,
  type Finding,
  type FindingDetail,
  type FindingKind,
  FINDING_KINDS,
  type JobInfo,
} from '../../../electron/contract/words.ts';
import { debounced, Latest } from '../latest.ts';

const PAGE = 50;
/** More are fetched when fewer than this lie ahead. */
const AHEAD = 12;
/** Details asked for before they are needed. */
const PREFETCH = 3;

/** Whether a decision means something for a finding: the engine refuses what does not. */
export const fits = ({ kind, suggested }: Finding, decision: Decision): boolean =>
  FITTING[kind].includes(decision) && (decision !== 'accept' || suggested !== null || isOfCopies(kind));

export const searching = (job: JobInfo | null): boolean => job?.state === 'running' || job?.state === 'queued';

export class CleanState {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<AssayError | null>(null);
  summary = $state.raw<CleanSummary | null>(null);
  kind = $state<FindingKind>('label-error');
  mode = $state<'one' | 'grid'>('one');
  /** What the stage shows: the queue, or one of the tools. */
  tool = $state<'queue' | 'audit' | 'health' | 'scores'>('queue');
  /** How two copies are compared. */
  compare = $state<'side' | 'blink' | 'difference'>('side');
  /** Which of a family's copies stands beside the first. */
  other = $state(1);
  bulkOpen = $state(false);
  queue = $state.raw<Finding[]>([]);
  /** Undecided findings of the kind, those not fetched yet included. */
  total = $state(0);
  index = $state(0);
  /** Findings of the kind that were decided before the queue on screen was fetched. */
  decidedBefore = $state(0);
  details = $state.raw<Readonly<Record<number, FindingDetail>>>({});
  job = $state.raw<JobInfo | null>(null);
  /** Why the last decision or search was refused; cleared by the next gesture. */
  refused = $state.raw<AssayError | null>(null);
  /** The newest decision that was saved, for the status line. */
  lastDecision = $state.raw<{ finding: Finding; decision: Decision; class: number | null } | null>(null);

  readonly #client: Client;
  readonly #load = new Latest();
  readonly #more = new Latest();
  // Bookkeeping, never shown.
  readonly #pending = new Set<number>();
  #chain: Promise<void> = Promise.resolve();
  readonly #again = debounced(() => void this.refresh(), 150);

  constructor(client: Client) {
    this.#client = client;
  }

  get finding(): Finding | null {
    return this.queue[this.index] ?? null;
  }

  get detail(): FindingDetail | null {
    return this.finding ? (this.details[this.finding.id] ?? null) : null;
  }

  /** The findings after the current one, whose pictures are worth having already. */
  get upcoming(): Finding[] {
    return this.queue.slice(this.index + 1, this.index + 1 + PREFETCH);
  }

  get decidedHere(): number {
    return this.queue.filter((f) => f.decision !== null).length;
  }

  /** Where one is among all findings of the kind, and how many of them there are. */
  get place(): { n: number; decided: number; all: number } {
    const decided = this.decidedBefore + this.decidedHere;
    const all = decided + this.total;
    return { n: Math.min(this.decidedBefore + this.index + 1, all), decided, all };
  }

  async load(): Promise<void> {
    const answer = await this.#load.ask((signal) =>
      Promise.all([
        this.#client.call('clean.summary', {}, { signal }),
        this.#client.call('clean.findings', { kind: this.kind, from: 0, count: PAGE }, { signal }),
        this.#client.call('jobs.list', {}, { signal }),
      ]),
    );
    if (!answer) return;
    if (answer.error) {
      this.error = answer.error;
      this.phase = 'failed';
      return;
    }
    const [summary, found, jobs] = answer.value;
    this.summary = summary;
    this.queue = found.findings;
    this.total = found.total;
    this.decidedBefore = summary.kinds.find((k) => k.kind === this.kind)?.decided ?? 0;
    this.index = 0;
    this.job = jobs.filter((j) => j.kind === 'clean').sort((a, b) => b.id - a.id)[0] ?? null;
    this.error = null;
    this.phase = 'ready';
    this.#prefetch();
  }

  async chooseKind(kind: FindingKind): Promise<void> {
    this.tool = 'queue';
    if (kind === this.kind) return;
    this.kind = kind;
    this.queue = [];
    this.index = 0;
    await this.load();
  }

  /** All kinds, where none is named. */
  async search(request: Input<'clean.start'> = { kinds: [...FINDING_KINDS] }): Promise<void> {
    this.refused = null;
    try {
      const { job } = await this.#client.call('clean.start', request);
      this.job = await this.#client.call('jobs.get', { job });
    } catch (thrown) {
      this.refused = toAssayError(thrown);
    }
  }

  async cancel(): Promise<void> {
    if (this.job) await this.#client.call('jobs.cancel', { job: this.job.id }).catch((e) => this.#refuse(e));
  }

  go(index: number): void {
    this.index = Math.min(this.queue.length, Math.max(0, index));
    this.mode = 'one';
    this.other = 1;
    this.#prefetch();
    void this.#fetchAhead();
  }

  back(): void {
    if (this.index > 0) this.go(this.index - 1);
  }

  skip(): void {
    if (this.index < this.queue.length) this.go(this.index + 1);
  }

  /**
   * `change` needs a class; a label that is the suggestion already is an `accept`, the given one a `keep`.
   * @param images those that it is about; left out: those that the kind means
   */
  decide(decision: Decision, classId: number | null = null, images: number[] | null = null): Promise<void> {
    const finding = this.finding;
    if (!finding) return Promise.resolve();
    const meant: Decision =
      decision !== 'change'
        ? decision
        : classId === finding.suggested
          ? 'accept'
          : classId === finding.given
            ? 'keep'
            : 'change';
    if (!fits(finding, meant)) return Promise.resolve();
    const before = finding.decision;
    this.refused = null;
    this.#mark(finding.id, meant);
    if (before === null) this.total = Math.max(0, this.total - 1);
    this.go(this.index + 1);
    this.#pending.add(finding.id);
    this.#chain = this.#chain.then(async () => {
      try {
        const input: Input<'clean.decide'> = { finding: finding.id, decision: meant };
        if (meant === 'change') input.class = classId;
        if (images) input.images = images;
        await this.#client.call('clean.decide', input);
        const to = meant === 'accept' ? finding.suggested : meant === 'change' ? classId : null;
        this.lastDecision = { finding, decision: meant, class: to };
      } catch (thrown) {
        this.#mark(finding.id, before);
        if (before === null) this.total++;
        this.#refuse(thrown);
        this.go(this.queue.findIndex((f) => f.id === finding.id));
      } finally {
        this.#pending.delete(finding.id);
      }
    });
    return this.#chain;
  }

  /** After any change elsewhere: new figures, and findings that an undo has opened again. */
  async refresh(): Promise<void> {
    await this.#chain;
    const [kind, count] = [this.kind, Math.max(PAGE, this.queue.length)];
    const answer = await this.#load.ask((signal) =>
      Promise.all([
        this.#client.call('clean.summary', {}, { signal }),
        this.#client.call('clean.findings', { kind, from: 0, count }, { signal }),
      ]),
    );
    if (!answer) return;
    if (answer.error) return this.#refuse(answer.error);
    const [summary, open] = answer.value;
    this.summary = summary;
    this.total = open.total;
    if (this.queue.length === 0 || !searching(this.job)) this.#merge(open.findings);
  }

  onEvent(event: StudioEvent): void {
    if (event.type === 'job' && event.job.kind === 'clean') {
      const ended = searching(this.job) && !searching(event.job);
      this.job = event.job;
      if (ended) void this.load();
    }
    if (event.type === 'changed' && event.what.some((w) => w === 'findings' || w === 'labels')) this.#again();
  }

  dispose(): void {
    this.#load.stop();
    this.#more.stop();
    this.#again.cancel();
  }

  /** An undone decision is open again and comes back to the stage. */
  #merge(open: readonly Finding[]): void {
    if (this.queue.length === 0) {
      this.queue = [...open];
      this.index = 0;
      this.#prefetch();
      return;
    }
    const fresh = Object.fromEntries(open.map((f) => [f.id, f]));
    let reopened: number | null = null;
    this.queue = this.queue.map((f, i) => {
      const now = fresh[f.id];
      if (!now || this.#pending.has(f.id)) return f;
      if (f.decision !== null) reopened ??= i;
      return now;
    });
    if (reopened !== null) this.go(reopened);
  }

  #mark(id: number, decision: Decision | null): void {
    this.queue = this.queue.map((f) => (f.id === id ? { ...f, decision } : f));
  }

  #refuse(thrown: unknown): void {
    this.refused = toAssayError(thrown);
  }

  async #fetchAhead(): Promise<void> {
    const open = this.queue.filter((f) => f.decision === null).length;
    if (this.queue.length - this.index > AHEAD || open >= this.total) return;
    const kind = this.kind;
    // What is decided has left the engine's list of open ones, so the next page begins after those still open here.
    const from = this.queue.filter((f) => f.decision === null || this.#pending.has(f.id)).length;
    const answer = await this.#more.ask((signal) =>
      this.#client.call('clean.findings', { kind, from, count: PAGE }, { signal }),
    );
    if (!answer?.value || kind !== this.kind) return;
    const known = this.queue;
    this.queue = [...known, ...answer.value.findings.filter((f) => !known.some((k) => k.id === f.id))];
    this.#prefetch();
  }

  #prefetch(): void {
    for (const f of [this.finding, ...this.upcoming]) if (f) void this.#detail(f.id);
  }

  async #detail(id: number): Promise<void> {
    if (this.details[id]) return;
    try {
      const detail = await this.#client.call('clean.finding', { finding: id });
      this.details = { ...this.details, [id]: detail };
    } catch (thrown) {
      if (this.finding?.id === id) this.#refuse(thrown);
    }
  }
}
