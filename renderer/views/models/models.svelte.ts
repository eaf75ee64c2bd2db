/** What the Models view knows: runs and backbones, the one looked at, and a file being added. */
import { type Client } from '../../../electron/contract/client.ts';
import { type Input, type StudioEvent } from '../../../electron/contract/contract.ts';
import { type AssayError, toAssayError } from '../../../electron/contract/errors.ts';
import { type BackboneInfo, type EvaluationInfo, type RunInfo } from '../../../electron/contract/words.ts';
import { isEvaluationSplit } from '../evaluate/evaluate.svelte.ts';
import { Latest } from '../latest.ts';

export type Chosen = { kind: 'run'; id: number } | { kind: 'backbone'; name: string };
export type Filter = 'all' | 'runs' | 'backbones';

export interface AddForm {
  file: string;
  name: string;
  /** The network's preprocessing, asked for only where the file does not say. */
  asked: boolean;
  size: number;
  mean: [number, number, number];
  std: [number, number, number];
  colour: 'RGB' | 'BGR';
}

/** A name from a file's: what the contract allows, at most 80 letters. */
export const nameFor = (file: string): string =>
  (file.split(/[\\/]/).at(-1) ?? '')
    .replace(/\.onnx$/i, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
const newForm = (file: string): AddForm => ({
  file,
  name: nameFor(file),
  asked: false,
  size: 224,
  mean: [...IMAGENET.mean],
  std: [...IMAGENET.std],
  colour: 'RGB',
});

export class ModelsState {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<AssayError | null>(null);
  runs = $state.raw<RunInfo[]>([]);
  backbones = $state.raw<BackboneInfo[]>([]);
  filter = $state<Filter>('all');
  chosen = $state.raw<Chosen | null>(null);
  /** Per-class figures of the chosen run, on its headline split. */
  evaluation = $state.raw<EvaluationInfo | null>(null);
  form = $state<AddForm | null>(null);
  adding = $state(false);
  addError = $state.raw<AssayError | null>(null);
  actionError = $state.raw<AssayError | null>(null);
  /** The run that a click on Remove is waiting to be repeated for. */
  removing = $state<number | null>(null);

  readonly #client: Client;
  readonly #load = new Latest();
  readonly #evaluation = new Latest();

  constructor(client: Client) {
    this.#client = client;
  }

  get run(): RunInfo | null {
    const c = this.chosen;
    return c?.kind === 'run' ? (this.runs.find((r) => r.id === c.id) ?? null) : null;
  }

  get backbone(): BackboneInfo | null {
    const c = this.chosen;
    return c?.kind === 'backbone' ? (this.backbones.find((b) => b.name === c.name) ?? null) : null;
  }

  async load(): Promise<void> {
    const answer = await this.#load.ask((signal) =>
      Promise.all([
        this.#client.call('runs.list', {}, { signal }),
        this.#client.call('backbones.list', {}, { signal }),
      ]),
    );
    if (!answer) return;
    if (answer.error) {
      this.error = answer.error;
      this.phase = 'failed';
      return;
    }
    this.runs = [...answer.value[0]].sort((a, b) => b.id - a.id);
    this.backbones = answer.value[1];
    this.error = null;
    this.phase = 'ready';
    const [run, backbone] = [this.runs[0], this.backbones[0]];
    if (!this.run && !this.backbone)
      this.choose(run ? { kind: 'run', id: run.id } : backbone ? { kind: 'backbone', name: backbone.name } : null);
  }

  choose(chosen: Chosen | null): void {
    this.chosen = chosen;
    this.removing = null;
    this.actionError = null;
    void this.#askEvaluation();
  }

  async rename(name: string): Promise<void> {
    const run = this.run;
    if (!run || !name.trim() || name.trim() === run.name) return;
    await this.#act(async () => {
      await this.#client.call('runs.rename', { run: run.id, name: name.trim() });
      this.runs = this.runs.map((r) => (r.id === run.id ? { ...r, name: name.trim() } : r));
    });
  }

  /** The first call asks, the second removes: a run cannot be brought back. */
  async remove(): Promise<void> {
    const run = this.run;
    if (!run) return;
    if (this.removing !== run.id) {
      this.removing = run.id;
      return;
    }
    await this.#act(async () => {
      await this.#client.call('runs.remove', { run: run.id });
      const at = this.runs.findIndex((r) => r.id === run.id);
      this.runs = this.runs.filter((r) => r.id !== run.id);
      const next = this.runs[Math.min(at, this.runs.length - 1)];
      this.choose(next ? { kind: 'run', id: next.id } : null);
    });
    this.removing = null;
  }

  open(file: string): void {
    this.form = newForm(file);
    this.addError = null;
  }

  closeForm(): void {
    this.form = null;
    this.addError = null;
  }

  /** Adds the file; where its preprocessing is not known, the form asks for it and keeps what was typed. */
  async add(): Promise<void> {
    const form = $state.snapshot(this.form);
    if (!form?.file || !form.name) return;
    this.adding = true;
    this.addError = null;
    try {
      const input: Input<'backbones.add'> = { file: form.file, name: form.name };
      if (form.asked) Object.assign(input, { size: form.size, mean: form.mean, std: form.std, colour: form.colour });
      const added = await this.#client.call('backbones.add', input);
      this.form = null;
      this.backbones = [...this.backbones.filter((b) => b.name !== added.name), added];
      this.choose({ kind: 'backbone', name: added.name });
    } catch (thrown) {
      this.addError = toAssayError(thrown);
      if (this.addError.code === 'model/preprocessing' && this.form) this.form.asked = true;
    } finally {
      this.adding = false;
    }
  }

  onEvent(event: StudioEvent): void {
    if (event.type === 'changed' && event.what.some((w) => w === 'runs' || w === 'backbones')) void this.load();
  }

  dispose(): void {
    this.#load.stop();
    this.#evaluation.stop();
  }

  async #askEvaluation(): Promise<void> {
    this.evaluation = null;
    const run = this.run;
    if (!run || run.state !== 'done' || !isEvaluationSplit(run.split)) return this.#evaluation.stop();
    const split = run.split;
    const answer = await this.#evaluation.ask((signal) =>
      this.#client.call('runs.evaluate', { run: run.id, split }, { signal }),
    );
    if (answer?.value && this.run?.id === run.id) this.evaluation = answer.value;
  }

  async #act(work: () => Promise<void>): Promise<void> {
    this.actionError = null;
    try {
      await work();
    } catch (thrown) {
      this.actionError = toAssayError(thrown);
    }
  }
}
