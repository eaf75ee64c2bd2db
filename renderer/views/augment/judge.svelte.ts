/** What a run makes of each op alone: the study under way, its result, and what it says of an op of the plan. */
import { type Client } from '../../../electron/contract/client.ts';
import { type StudioEvent } from '../../../electron/contract/contract.ts';
import { type Plan } from '../../../electron/contract/plan.ts';
import { type StudyResult } from '../../../electron/contract/study.ts';
import { type OpInfo, type RunInfo } from '../../../electron/contract/words.ts';
import { Latest } from '../latest.ts';
import { StudiesState } from '../evaluate/studies/studies.svelte.ts';
import { type PlanOp } from './ops.ts';
import { drawable, opsAt } from './plan.ts';
import { type ListPlace } from './preview.svelte.ts';

export type Judged = StudyResult<'augmentation'>;
export type JudgedOp = Judged['ops'][number];

export class JudgeState {
  /** Runs that can classify, the newest first. */
  runs = $state.raw<RunInfo[]>([]);
  /** The run that judges; null: the newest. */
  wanted = $state<number | null>(null);
  /** Images of each class. */
  images = $state(4);
  readonly studies: StudiesState;
  readonly #client: Client;
  readonly #load = new Latest();

  constructor(client: Client) {
    this.#client = client;
    this.studies = new StudiesState(client);
  }

  get run(): RunInfo | null {
    return this.runs.find(({ id }) => id === this.wanted) ?? this.runs[0] ?? null;
  }

  get found(): Judged | null {
    return this.studies.found.augmentation?.result ?? null;
  }

  get busy(): boolean {
    return (
      this.studies.starting === 'augmentation' ||
      this.studies.told(['augmentation']).some((job) => job.state === 'running' || job.state === 'queued')
    );
  }

  async load(): Promise<void> {
    const answer = await this.#load.ask((signal) =>
      Promise.all([this.#client.call('runs.list', {}, { signal }), this.studies.load()]),
    );
    // A table from elsewhere has no file to run.
    if (answer?.value)
      this.runs = answer.value[0].filter((r) => r.state === 'done' && r.bytes > 0).sort((a, b) => b.id - a.id);
  }

  async start(plan: Plan, seed: number): Promise<void> {
    const { run, images } = this;
    if (!run || this.busy) return;
    await this.studies.start({ study: 'augmentation', run: run.id, plan: drawable(plan), images, draws: 1, seed });
  }

  /**
   * What was said of an op: by its kind and which of its kind it is in the list, so that it moves along with the op. Null
   * where it was not asked.
   */
  of(plan: Plan, { place, tier }: ListPlace, index: number, op: string): JudgedOp | null {
    const group = place === null ? null : (plan.groups[place]?.name ?? '');
    const before = opsAt(plan, place, tier)
      .slice(0, index)
      .filter((one) => one.op === op).length;
    const said = this.found?.ops.filter((one) => one.group === group && one.tier === tier && one.op === op);
    return said?.[before] ?? null;
  }

  /**
   * Whether an op's ranges are others than those it was judged with: what was said is of an op that is no more. The
   * probability of being applied does not count, as each op is judged alone.
   * @param info of the op: ranges left out are its own
   */
  stale(said: JudgedOp, { ranges }: PlanOp, info: OpInfo | null): boolean {
    return Object.entries(said.ranges ?? {}).some(([name, [low, high]]) => {
      const now = ranges[name] ?? info?.parameters.find((one) => one.name === name)?.default;
      return now !== undefined && (now[0] !== low || now[1] !== high);
    });
  }

  /** Probability of the true class of an image as it is and under the op; null where it was not asked. */
  ofImage(said: JudgedOp | null, image: number): { clean: number; under: number } | null {
    const under = said?.drawn.find((one) => one.image === image && one.draw === 0)?.p;
    const clean = this.found?.clean.find((one) => one.image === image)?.p;
    return under === undefined || clean === undefined ? null : { clean, under };
  }

  onEvent(event: StudioEvent): void {
    this.studies.onEvent(event);
  }

  dispose(): void {
    this.#load.stop();
  }
}
