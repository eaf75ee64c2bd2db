/**
 * The factor that keeps small gradients from vanishing in float16 (dynamic loss scaling, Micikevicius and others 2018):
 * halved where a gradient ran over, and that step left out; doubled after many steps in which none did.
 */
const FIRST = 2 ** 16;
const LEAST = 1;
const MOST = 2 ** 24;
/** Steps without an overflow before a larger factor is tried. */
const PATIENCE = 2000;

export class LossScale {
  /** Multiplies the gradient of the loss. */
  factor = FIRST;
  #good = 0;
  #overflow = false;

  /** Takes note of a part of a step. `check` is finite where every gradient is. */
  saw(check: number): void {
    if (!Number.isFinite(check)) this.#overflow = true;
  }

  /** At the end of a step: whether the weights may move. The next step has the factor that follows from it. */
  settle(): boolean {
    const fine = !this.#overflow;
    this.#overflow = false;
    this.#good = fine ? this.#good + 1 : 0;
    if (!fine) this.factor = Math.max(LEAST, this.factor / 2);
    else if (this.#good >= PATIENCE) {
      this.#good = 0;
      this.factor = Math.min(MOST, this.factor * 2);
    }
    return fine;
  }

  /** [factor, steps since it last changed]. */
  get state(): Float32Array {
    return Float32Array.of(this.factor, this.#good);
  }

  set state([factor, good]: Float32Array) {
    this.factor = factor!;
    this.#good = good!;
  }
}

/** Name of the scale among the tensors of a checkpoint. */
export const LOSS_SCALE = 'loss-scale';
