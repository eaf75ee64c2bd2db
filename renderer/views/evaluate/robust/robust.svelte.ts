/** The run on screen on the degraded twin of its split, and its probabilities before and after temperature. */
import { type Client } from '../../../../electron/contract/client.ts';
import { type Output } from '../../../../electron/contract/contract.ts';
import { type AssayError } from '../../../../electron/contract/errors.ts';
import { type Calibration } from '../../../../electron/contract/evaluation.ts';
import { type EvaluationInfo } from '../../../../electron/contract/words.ts';
import { Latest } from '../../latest.ts';
import { isEvaluationSplit } from '../evaluate.svelte.ts';

type Asked = { run: number; split: Calibration['split'] };

/** An answer that belongs to an evaluation: asked once for each, by identity, and again where that is wanted. */
abstract class Beside<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<AssayError | null>(null);
  protected readonly client: Client;
  readonly #ask = new Latest();
  #asked: EvaluationInfo | null = null;

  constructor(client: Client) {
    this.client = client;
  }

  protected abstract question(on: Asked, signal: AbortSignal): Promise<T>;

  async of(evaluation: EvaluationInfo, again = false): Promise<void> {
    const { run, split } = evaluation;
    if ((this.#asked === evaluation && !again) || !isEvaluationSplit(split)) return;
    if (this.#asked?.run !== run || this.#asked.split !== split) this.value = null;
    this.#asked = evaluation;
    const answer = await this.#ask.ask((signal) => this.question({ run, split }, signal));
    if (!answer) return;
    this.error = answer.error;
    if (answer.value) this.value = answer.value;
    else this.#asked = null;
  }

  dispose(): void {
    this.#ask.stop();
  }
}
export class RobustState extends Beside<Output<'runs.robust'>> {
  protected question(on: Asked, signal: AbortSignal) {
    return this.client.call('runs.robust', on, { signal });
  }
}

export class CalibrationState extends Beside<Calibration> {
  protected question(on: Asked, signal: AbortSignal) {
    return this.client.call('runs.calibration', on, { signal });
  }
}
