/** What a run makes of the draws on screen: asked once they are shown, dropped by the next edit. */
import { type Client } from '../../../electron/contract/client.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { collapses } from '../../../electron/contract/meaning.ts';
import { type Plan } from '../../../electron/contract/plan.ts';
import { debounced, Latest } from '../latest.ts';
import { drawable } from './plan.ts';
import { type Preview } from './preview.svelte.ts';

/** Probabilities of the true class: as it is, and under a draw. */
export interface Drawn {
  clean: number;
  under: number;
  fallen: boolean;
}

interface Question {
  /** The pictures that it is about: of others nothing is said. */
  rows: Preview;
  run: number;
  plan: Plan;
  draws: number;
  seed: number;
}

/** A slider on its way draws again and again: the run is asked when it rests. */
const RESTS_MS = 500;

export class DrawnState {
  /** Whether runs are asked at all. */
  on = $state(true);
  busy = $state(false);
  error = $state.raw<AssayError | null>(null);
  #said = $state.raw<{ rows: Preview; run: number; byImage: ReadonlyMap<number, (Drawn | null)[]> } | null>(null);
  readonly #client: Client;
  readonly #ask = new Latest();
  #question: Question | null = null;
  readonly #soon = debounced(() => void this.#now(), RESTS_MS);

  constructor(client: Client) {
    this.#client = client;
  }

  /** The run that spoke of these pictures; null while it was not asked. */
  runOf(rows: Preview): number | null {
    return this.#said?.rows === rows ? this.#said.run : null;
  }

  /** Null where nothing is known of that draw of these pictures. */
  of(rows: Preview, image: number, draw: number): Drawn | null {
    return this.#said?.rows === rows ? (this.#said.byImage.get(image)?.[draw] ?? null) : null;
  }

  /** Draws that take the class away, of all that were judged. */
  countOf(rows: Preview): { fallen: number; all: number } {
    const all = this.#said?.rows === rows ? [...this.#said.byImage.values()].flat().filter((one) => one !== null) : [];
    return { fallen: all.filter(({ fallen }) => fallen).length, all: all.length };
  }

  ask(question: Question | null): void {
    this.#stop();
    this.#question = question;
    if (question && this.on && question.rows.length > 0) {
      this.busy = true;
      this.#soon();
    }
  }

  turn(on: boolean): void {
    this.on = on;
    this.ask(this.#question);
  }

  async #now(): Promise<void> {
    const question = this.#question;
    if (!question) return;
    const { rows, run, plan, draws, seed } = question;
    const images = rows.map(({ tile }) => tile.id);
    const answer = await this.#ask.ask((signal) =>
      this.#client.call('augment.judge', { run, plan: drawable(plan), images, draws, seed }, { signal }),
    );
    if (!answer) return;
    this.busy = false;
    this.error = answer.error;
    if (!answer.value) return;
    const byImage = new Map(
      answer.value.map(({ image, clean, draws: unders }) => [
        image,
        unders.map((under) =>
          clean === null || under === null ? null : { clean, under, fallen: collapses(clean, under) },
        ),
      ]),
    );
    this.#said = { rows, run, byImage };
  }

  #stop(): void {
    this.#ask.stop();
    this.#soon.cancel();
    this.busy = false;
    this.error = null;
  }

  dispose(): void {
    this.#stop();
  }
}
