/** Run against run: the second run that was chosen, what became better and worse, the changed image looked at. */
import { type Client } from '../../../../electron/contract/client.ts';
import { type AssayError } from '../../../../electron/contract/errors.ts';
import { type Comparison } from '../../../../electron/contract/evaluation.ts';
import { type EvaluationInfo, type ImageDetail, type RunInfo } from '../../../../electron/contract/words.ts';
import { Latest } from '../../latest.ts';
import { isEvaluationSplit } from '../evaluate.svelte.ts';

export type ChangedRow = Comparison['rows'][number];
export type ShownKind = 'all' | ChangedRow['kind'];

/** What was asked last: an evaluation, by identity, and the run held against it. */
interface Question {
  of: Pick<EvaluationInfo, 'run' | 'split'>;
  second: number;
}

export class CompareState {
  second = $state<number | null>(null);
  comparison = $state.raw<Comparison | null>(null);
  busy = $state(false);
  error = $state.raw<AssayError | null>(null);
  shown = $state<ShownKind>('all');
  /** The changed image that is open beside the list. */
  row = $state.raw<ChangedRow | null>(null);
  detail = $state.raw<ImageDetail | null>(null);

  readonly #client: Client;
  readonly #ask = new Latest();
  readonly #askImage = new Latest();
  #asked: Question | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  get rows(): ChangedRow[] {
    const rows = this.comparison?.rows ?? [];
    return this.shown === 'all' ? rows : rows.filter((row) => row.kind === this.shown);
  }

  /** Runs that `first` can be held against. */
  static others(runs: readonly RunInfo[], first: number | null): RunInfo[] {
    return runs.filter((run) => run.id !== first);
  }

  /**
   * Compares the run on screen with another, on its split. The second run stays chosen while the first one changes;
   * where it became the first, the newest other one takes its place. The same evaluation and run ask once; a newer
   * evaluation of both (labels moved) asks again and leaves the image that is open.
   */
  async against(runs: readonly RunInfo[], evaluation: Question['of'], second?: number): Promise<void> {
    const others = CompareState.others(runs, evaluation.run);
    const other = others.find((run) => run.id === (second ?? this.second)) ?? others[0];
    this.second = other?.id ?? null;
    if (!other || !isEvaluationSplit(evaluation.split)) return this.#clear();
    const before = this.#asked;
    if (before?.of === evaluation && before.second === other.id) return;
    const { run: first, split } = evaluation;
    this.#asked = { of: evaluation, second: other.id };
    if (before?.second !== other.id || before.of.run !== first || before.of.split !== split) this.look(null);
    this.busy = this.row === null;
    const answer = await this.#ask.ask((signal) =>
      this.#client.call('runs.compare', { first, second: other.id, split }, { signal }),
    );
    if (!answer) return;
    this.busy = false;
    this.error = answer.error;
    this.comparison = answer.value;
    // A failed question may be asked again.
    if (answer.error) this.#asked = null;
  }

  /** Opens a changed image beside the list; null closes it. */
  look(row: ChangedRow | null): void {
    this.row = row;
    this.detail = null;
    this.#askImage.stop();
    if (row) void this.#loadImage(row.image);
  }

  dispose(): void {
    this.#ask.stop();
    this.#askImage.stop();
  }

  #clear(): void {
    this.#ask.stop();
    this.#asked = null;
    this.comparison = null;
    this.error = null;
    this.busy = false;
    this.look(null);
  }

  async #loadImage(id: number): Promise<void> {
    const answer = await this.#askImage.ask((signal) => this.#client.call('images.detail', { id }, { signal }));
    if (answer?.value && this.row?.image === id) this.detail = answer.value;
  }
}
