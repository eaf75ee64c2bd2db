/** What the Augment view knows: the policy edited and the one saved, and the pictures it draws. */
import { type Client } from '../../../electron/contract/client.ts';
import { type Output } from '../../../electron/contract/contract.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { type OpInfo, type Policy } from '../../../electron/contract/words.ts';
import { debounced, Latest } from '../latest.ts';
import { changeCount, samePolicy } from './policy.ts';

export type Preview = Output<'augment.preview'>;

export class AugmentState {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<AssayError | null>(null);
  ops = $state.raw<OpInfo[]>([]);
  presets = $state.raw<Policy[]>([]);
  policy = $state.raw<Policy>({ name: '', ops: [] });
  saved = $state.raw<Policy>({ name: '', ops: [] });
  /** The op whose sliders are shown. */
  opened = $state<number | null>(null);
  seed = $state(1);
  draws = $state(5);
  pick = $state(6);
  size = $state(224);
  preview = $state.raw<Preview | null>(null);
  previewError = $state.raw<AssayError | null>(null);
  drawing = $state(false);
  saving = $state(false);
  saveError = $state.raw<AssayError | null>(null);

  readonly #client: Client;
  readonly #load = new Latest();
  readonly #draw = new Latest();
  readonly #save = new Latest();
  readonly #drawSoon = debounced(() => void this.draw(), 180);

  constructor(client: Client) {
    this.#client = client;
  }

  get changes(): number {
    return changeCount(this.policy, this.saved);
  }

  /** The preset that the policy is, or null for one's own. */
  get preset(): Policy | null {
    return this.presets.find((p) => samePolicy(p, this.policy)) ?? null;
  }

  info(op: string): OpInfo | null {
    return this.ops.find((o) => o.op === op) ?? null;
  }

  async load(): Promise<void> {
    const answer = await this.#load.ask((signal) =>
      Promise.all([
        this.#client.call('augment.catalogue', {}, { signal }),
        this.#client.call('augment.get', {}, { signal }),
      ]),
    );
    if (!answer) return;
    if (answer.error) {
      this.error = answer.error;
      this.phase = 'failed';
      return;
    }
    const [catalogue, policy] = answer.value;
    this.ops = catalogue.ops;
    this.presets = catalogue.presets;
    this.saved = policy;
    this.policy = policy;
    this.error = null;
    this.phase = 'ready';
    await this.draw();
  }

  edit(policy: Policy): void {
    if (policy === this.policy) return;
    this.policy = policy;
    this.saveError = null;
    if (this.opened !== null && this.opened >= policy.ops.length) this.opened = null;
    this.#drawSoon();
  }

  usePreset(name: string): void {
    const preset = this.presets.find((p) => p.name === name);
    if (!preset) return;
    this.opened = null;
    this.edit(preset);
  }

  revert(): void {
    this.edit(this.saved);
  }

  redraw(): void {
    this.seed += 1;
    void this.draw();
  }

  async draw(): Promise<void> {
    this.#drawSoon.cancel();
    this.drawing = true;
    const { policy, pick, draws, size, seed } = this;
    const answer = await this.#draw.ask((signal) =>
      this.#client.call('augment.preview', { policy, pick, draws, size, seed }, { signal }),
    );
    if (!answer) return;
    this.drawing = false;
    // The old pictures stay on screen until new ones are there.
    if (answer.value) this.preview = answer.value;
    this.previewError = answer.error;
  }

  async save(): Promise<void> {
    if (this.changes === 0) return;
    this.saving = true;
    const name =
      this.preset?.name ?? (this.presets.some((p) => p.name === this.policy.name) ? 'own' : this.policy.name);
    const policy = { ...this.policy, name: name || 'own' };
    const answer = await this.#save.ask((signal) => this.#client.call('augment.set', policy, { signal }));
    this.saving = false;
    if (!answer) return;
    this.saveError = answer.error;
    if (!answer.value) return;
    this.saved = answer.value;
    // What was edited meanwhile stays.
    if (samePolicy(this.policy, policy)) this.policy = answer.value;
  }

  dispose(): void {
    this.#load.stop();
    this.#draw.stop();
    this.#drawSoon.cancel();
  }
}
