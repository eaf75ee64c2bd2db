/** What the Augment view knows: the plan edited and the one saved. */
import { type Client } from '../../../electron/contract/client.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { type Plan } from '../../../electron/contract/plan.ts';
import { type OpInfo } from '../../../electron/contract/words.ts';
import { Latest } from '../latest.ts';
import { DrawnState } from './drawn.svelte.ts';
import { EditHistory } from './history.svelte.ts';
import {
  changeCount,
  drawable,
  fitted,
  type Place,
  planOf,
  type Problem,
  problemsOf,
  samePlan,
  type Tier,
} from './plan.ts';
import { JudgeState } from './judge.svelte.ts';
import { readPlan, type ReadPlan } from './plan-text.ts';
import { type ListPlace, PreviewState, type Shown, SIZES } from './preview.svelte.ts';

const NOTHING: Plan = { name: '', groups: [], rest: [] };
/** Edits that were not saved outlive the view: by project, as long as the page is open. */
const drafts = new Map<string, Plan>();

export class AugmentState {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<AssayError | null>(null);
  ops = $state.raw<OpInfo[]>([]);
  presets = $state.raw<Plan[]>([]);
  saved = $state.raw<Plan>(NOTHING);
  /** The op whose sliders are shown. */
  opened = $state.raw<{ place: Place; index: number } | null>(null);
  /** The class whose group and chance are shown. */
  chosen = $state<string | null>(null);
  /** Groups whose heavier tier is shown. */
  heavy = $state.raw<ReadonlySet<number>>(new Set());
  saving = $state(false);
  saveError = $state.raw<AssayError | null>(null);

  readonly history = new EditHistory<Plan>(NOTHING);
  readonly preview: PreviewState;
  readonly judge: JudgeState;
  readonly drawn: DrawnState;
  readonly #client: Client;
  readonly #key: string;
  readonly #load = new Latest();
  readonly #save = new Latest();

  /** @param key what unsaved edits belong to: the project's path; empty: they are not kept */
  constructor(client: Client, key = '') {
    this.#client = client;
    this.#key = key;
    this.judge = new JudgeState(client);
    this.drawn = new DrawnState(client);
    this.preview = new PreviewState(
      client,
      () => this.plan,
      (shown, plan, seed) => this.#drawn(shown, plan, seed),
    );
  }

  get plan(): Plan {
    return this.history.now;
  }

  get changes(): number {
    return changeCount(this.plan, this.saved);
  }

  get problems(): Problem[] {
    return problemsOf(this.plan);
  }

  get canSave(): boolean {
    return this.changes > 0 && this.problems.length === 0 && !this.saving;
  }

  /** The preset that the plan is, or null for one's own. */
  get preset(): Plan | null {
    return this.presets.find((preset) => samePlan(preset, this.plan)) ?? null;
  }

  info(op: string): OpInfo | null {
    return this.ops.find((o) => o.op === op) ?? null;
  }

  tierAt(place: Place): Tier {
    return place !== null && this.heavy.has(place) ? 'heavy' : 'base';
  }

  showTier(place: number, tier: Tier): void {
    const heavy = new Set(this.heavy);
    if (tier === 'heavy') heavy.add(place);
    else heavy.delete(place);
    this.heavy = heavy;
    if (this.opened?.place === place) this.opened = null;
  }

  async load(): Promise<void> {
    const first = this.phase !== 'ready';
    const answer = await this.#load.ask((signal) =>
      Promise.all([
        this.#client.call('augment.catalogue', {}, { signal }),
        this.#client.call('augment.plans', {}, { signal }),
        this.#client.call('augment.get', {}, { signal }),
      ]),
    );
    if (!answer) return;
    if (answer.error) {
      this.error = answer.error;
      this.phase = 'failed';
      return;
    }
    const [catalogue, plans, plan] = answer.value;
    this.ops = catalogue.ops;
    const presets = catalogue.presets.map(planOf);
    // Where the contest's classes are not there, its plan is the preset for documents under another name.
    this.presets = [...presets.filter((one) => !plans.some((other) => samePlan(one, other))), ...plans];
    this.preview.twin = catalogue.twin;
    this.saved = plan;
    this.history.begin(plan);
    const draft = drafts.get(this.#key);
    if (draft && first) this.history.edit(draft);
    this.#showAgain();
    this.error = null;
    this.phase = 'ready';
    if (first) {
      await this.judge.load();
      this.#trainedAs();
    }
    await this.preview.draw();
  }

  /** What the project keeps cannot be read: begins with the preset light, which is saved at once. */
  async startAgain(): Promise<void> {
    const answer = await this.#save.ask(async (signal) => {
      const { presets } = await this.#client.call('augment.catalogue', {}, { signal });
      const light = presets.find(({ name }) => name === 'light');
      if (light) await this.#client.call('augment.set', planOf(light), { signal });
    });
    if (!answer) return;
    if (answer.error) this.error = answer.error;
    else await this.load();
  }

  /** @param of what is being set, so that a slider's way is one edit */
  edit(plan: Plan, of: string | null = null): void {
    if (plan === this.plan) return;
    const groups = this.plan.groups.length;
    this.history.edit(plan, of);
    this.#edited(groups !== plan.groups.length);
  }

  usePreset(name: string): void {
    const preset = this.presets.find((p) => p.name === name);
    if (!preset) return;
    this.edit(preset);
    this.#showAgain();
  }

  /**
   * A plan from elsewhere, as one edit; classes that the project lacks are left out, and
   * groups that are then empty.
   * @returns what was refused, or null
   */
  useText(text: string, names: readonly string[]): Exclude<ReadPlan, { plan: Plan }> | null {
    const read = readPlan(text, this.ops);
    if (!('plan' in read)) return read;
    this.edit(drawable(fitted(read.plan, names)));
    this.#showAgain();
    return null;
  }

  revert(): void {
    this.edit(this.saved);
    this.#showAgain();
  }

  undo(): void {
    this.history.undo();
    this.#edited(true);
  }

  redo(): void {
    this.history.redo();
    this.#edited(true);
  }

  /** The project's classes are others now: a plan in the making keeps what is still there. */
  async classesChanged(names: readonly string[]): Promise<void> {
    if (this.phase !== 'ready') return;
    if (this.changes === 0) await this.load();
    else this.edit(fitted(this.plan, names));
  }

  async save(): Promise<void> {
    if (!this.canSave) return;
    this.saving = true;
    const name = this.preset?.name ?? (this.presets.some((p) => p.name === this.plan.name) ? 'own' : this.plan.name);
    const plan = { ...this.plan, name: name || 'own' };
    const answer = await this.#save.ask((signal) => this.#client.call('augment.set', plan, { signal }));
    this.saving = false;
    if (!answer) return;
    this.saveError = answer.error;
    if (!answer.value) return;
    this.saved = answer.value;
    // What was edited meanwhile stays.
    if (samePlan(this.plan, plan)) this.history.replace(answer.value);
  }

  /** The list that an op is in, as the strip shows it. */
  look(list: ListPlace): void {
    this.preview.useList(list);
  }

  dispose(): void {
    if (this.#key !== '' && this.phase === 'ready') {
      if (this.changes > 0) drafts.set(this.#key, this.plan);
      else drafts.delete(this.#key);
    }
    this.#load.stop();
    this.judge.dispose();
    this.drawn.dispose();
    this.preview.dispose();
  }

  /** The newest run, or the one chosen, judges what was drawn; strips have a study of their own. */
  #drawn({ mode, rows }: Shown, plan: Plan, seed: number): void {
    const { run } = this.judge;
    const draws = Math.max(0, ...rows.map((row) => row.draws.length));
    const asked = run && draws > 0 && (mode === 'draws' || mode === 'robust');
    this.drawn.ask(asked ? { rows, run: run.id, plan, draws, seed } : null);
  }

  /** Pictures are shown in the size, and fitted as, the newest run sees them. */
  #trainedAs(): void {
    const { run } = this.judge;
    if (!run) return;
    this.preview.size = Math.min(1024, Math.max(32, run.size)) || SIZES[1];
    this.preview.fit = run.recipe.fit === 'stretch' ? 'stretch' : 'letterbox';
  }

  #edited(others: boolean): void {
    this.saveError = null;
    if (others) this.#showAgain();
    this.preview.soon();
  }

  /** Places mean other groups now. */
  #showAgain(): void {
    this.opened = null;
    this.heavy = new Set();
  }
}
