/** Audit mode: a random sample of labels that nobody has looked at, one image after the other. */
import { type Audit, type AuditVerdict } from '../../../electron/contract/cleaning.ts';
import { type Client } from '../../../electron/contract/client.ts';
import { type StudioEvent } from '../../../electron/contract/contract.ts';
import { type AssayError, toAssayError } from '../../../electron/contract/errors.ts';
import { debounced, Latest } from '../latest.ts';

export class AuditState {
  audit = $state.raw<Audit | null>(null);
  index = $state(0);
  loaded = $state(false);
  refused = $state.raw<AssayError | null>(null);

  readonly #client: Client;
  readonly #load = new Latest();
  readonly #again = debounced(() => void this.load(), 150);
  /** Verdicts that the engine has not confirmed. */
  #pending = 0;
  #chain: Promise<void> = Promise.resolve();

  constructor(client: Client) {
    this.#client = client;
  }

  get current(): Audit['sample'][number] | null {
    return this.audit?.sample[this.index] ?? null;
  }

  async load(): Promise<void> {
    const answer = await this.#load.ask((signal) => this.#client.call('clean.audit', {}, { signal }));
    // What was answered meanwhile is not in it yet; the answer to that brings all.
    if (!answer || this.#pending > 0) return;
    if (answer.error) this.refused = answer.error;
    else this.#take(answer.value);
    this.loaded = true;
  }

  /** Draws a new sample; the one before it is replaced. */
  async draw(size: number): Promise<void> {
    this.refused = null;
    try {
      this.#take(await this.#client.call('clean.auditStart', { size, seed: (this.audit?.seed ?? 0) + 1 }));
      this.index = 0;
    } catch (thrown) {
      this.refused = toAssayError(thrown);
    }
  }

  /** One answer, which shows at once; a class key names the right class: the image is relabelled. */
  say(verdict: AuditVerdict, classId: number | null = null): Promise<void> {
    const { current, audit } = this;
    if (!current || !audit) return Promise.resolve();
    const image = current.tile.id;
    // The key of the class that it has already says that it is right.
    const meant = verdict === 'wrong' && classId !== null && classId === current.tile.class ? 'right' : verdict;
    this.audit = {
      ...audit,
      sample: audit.sample.map((one) => (one.tile.id === image ? { ...one, verdict: meant } : one)),
    };
    this.index++;
    this.refused = null;
    this.#pending++;
    this.#chain = this.#chain.then(async () => {
      try {
        const input = { image, verdict: meant, ...(meant === 'wrong' && classId !== null && { class: classId }) };
        const { audit: now } = await this.#client.call('clean.auditVerdict', input);
        if (--this.#pending === 0) this.audit = now;
      } catch (thrown) {
        this.#pending--;
        this.refused = toAssayError(thrown);
        await this.load();
      }
    });
    return this.#chain;
  }

  go(index: number): void {
    this.index = Math.min(this.audit?.sample.length ?? 0, Math.max(0, index));
  }

  onEvent(event: StudioEvent): void {
    if (event.type === 'changed' && event.what.some((w) => w === 'findings' || w === 'labels')) this.#again();
  }

  dispose(): void {
    this.#load.stop();
    this.#again.cancel();
  }

  /** Goes to the first that has no answer yet: at the beginning, and where an undo took one back. */
  #take(audit: Audit | null): void {
    const begun = this.audit === null;
    const open = audit?.sample.findIndex(({ verdict }) => verdict === null) ?? -1;
    this.audit = audit;
    if (begun || (open >= 0 && open < this.index)) this.index = open < 0 ? (audit?.sample.length ?? 0) : open;
  }
}
