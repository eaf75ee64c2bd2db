/** Curves of the run on screen, asked for when they are first looked at; the class and threshold chosen in them. */
import { type Client } from '../../../electron/contract/client.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { type ClassCurves } from '../../../electron/contract/evaluation.ts';
import { type EvaluationInfo } from '../../../electron/contract/words.ts';
import { Latest } from '../latest.ts';
import { type Curve } from './curve.ts';
import { isEvaluationSplit } from './evaluate.svelte.ts';

/** The class that a run does worst: where one looks first. */
const lowest = (e: EvaluationInfo): string | null =>
  e.perClass.reduce<(typeof e.perClass)[number] | null>((least, c) => (least && least.f1 <= c.f1 ? least : c), null)
    ?.class ?? null;

export class CurvesState {
  curves = $state.raw<ClassCurves | null>(null);
  error = $state.raw<AssayError | null>(null);
  /** Name of the class looked at; null: none yet. */
  chosen = $state<string | null>(null);
  threshold = $state(0.5);

  readonly #client: Client;
  readonly #ask = new Latest();
  #asked: EvaluationInfo | null = null;

  constructor(client: Client) {
    this.#client = client;
  }

  get curve(): Curve | null {
    return this.curves?.classes.find((c) => c.class === this.chosen) ?? null;
  }

  /** Asks once for every evaluation, by identity: a newer one of the same run has other labels. */
  async of(evaluation: EvaluationInfo, slice: string | null = null): Promise<void> {
    const before = this.#asked;
    const { run, split } = evaluation;
    if (before === evaluation || !isEvaluationSplit(split)) return;
    // Curves of another run are none of this one's; of the same they stay until the new ones are there.
    if (before?.run !== run || before.split !== split) this.curves = null;
    this.#asked = evaluation;
    if (!evaluation.classes.includes(this.chosen ?? '')) this.chosen = lowest(evaluation);
    const answer = await this.#ask.ask((signal) => this.#client.call('runs.curves', { run, split, slice }, { signal }));
    if (!answer) return;
    this.error = answer.error;
    this.curves = answer.value;
    if (answer.error) this.#asked = null;
  }

  dispose(): void {
    this.#ask.stop();
  }
}
