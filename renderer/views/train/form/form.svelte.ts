/** The form of a new run: what is chosen, what the engine makes of it, and recipes from files. */
import { type Client } from '../../../../electron/contract/client.ts';
import { type Output } from '../../../../electron/contract/contract.ts';
import { type AssayError } from '../../../../electron/contract/errors.ts';
import { RECIPE_PRESETS, type RecipePreset } from '../../../../electron/contract/recipe-presets.ts';
import { type RecipeParts } from '../../../../electron/contract/recipe.ts';
import { type BackboneInfo } from '../../../../electron/contract/words.ts';
import { debounced, Latest } from '../../latest.ts';
import { type FieldPath, type Group } from './fields.ts';
import {
  effective,
  emptyForm,
  type Preset,
  requestOf,
  type TrainForm,
  withBackbone,
  withPreset,
  withValue,
} from './form.ts';
import { lookOf } from './looks.ts';
import { LARGEST, readRecipe, type WrongField } from './recipe-file.ts';
import { defaultBackbones } from '../recipe.ts';

/** Forms outlive the view: by project, as long as the page is open. */
const kept = new Map<string, { form: TrainForm; open: Group[] }>();

/** Forms that another view hands over: taken by the Train view when it opens. */
const offered = new Map<string, { form: TrainForm; from: string }>();

/**
 * Hands a recipe to the Train view of a project, which fills its form with it, once.
 * @param from what it is called where the form says where it comes from
 */
export function offerForm(key: string, form: TrainForm, from: string): void {
  offered.set(key, { form, from });
}

export type FileNews =
  | { kind: 'loaded'; file: string }
  | { kind: 'notJson' | 'tooLarge'; file: string }
  | { kind: 'wrong'; file: string; fields: WrongField[] };

export class FormState {
  backbones = $state.raw<BackboneInfo[]>([]);
  /** Names of the augmentation plans that come with the program. */
  plans = $state.raw<string[]>([]);
  /** Name of the plan that the project keeps, which `project` means; null where it is not known. */
  ownPlan = $state<string | null>(null);
  form = $state.raw<TrainForm>(emptyForm());
  /** Groups that are unfolded. */
  open = $state.raw<Group[]>([]);
  estimate = $state.raw<Output<'train.estimate'> | null>(null);
  estimateError = $state.raw<AssayError | null>(null);
  file = $state.raw<FileNews | null>(null);

  readonly #client: Client;
  readonly #key: string;
  readonly #estimate = new Latest();
  readonly #estimateSoon = debounced(() => void this.#askEstimate(), 200);

  /** @param key what the form belongs to: the project's path; empty: it is not kept */
  constructor(client: Client, key = '') {
    this.#client = client;
    this.#key = key;
    const old = kept.get(key);
    if (old) [this.form, this.open] = [old.form, old.open];
  }

  /** Backbones of the form, in the order of the list: the order of concatenation. */
  get chosen(): BackboneInfo[] {
    return this.backbones.filter((b) => this.form.backbones.includes(b.name));
  }

  get ready(): boolean {
    return this.form.backbones.length > 0;
  }

  /** Every setting as it would be trained with now; null for a head and while it is not known. */
  get recipe(): RecipeParts | null {
    return this.form.preset === 'head' ? null : effective(this.estimate?.recipe ?? null, this.form.parts);
  }

  /** Plans that can be chosen; one that a file named is among them, known or not. */
  planNames(now: string): string[] {
    const names = ['project', ...this.plans];
    return names.includes(now) ? names : [...names, now];
  }

  /** One weight a class, all the same: what weights of one's own begin with. */
  get evenWeights(): number[] {
    return Array.from({ length: Math.max(2, this.estimate?.classes ?? 2) }, () => 1);
  }

  get look(): RecipePreset | null {
    return lookOf(this.form.parts);
  }

  get request() {
    return requestOf(this.form);
  }

  /** Backbones that are no longer there leave the form. */
  show(backbones: BackboneInfo[]): void {
    this.backbones = backbones;
    const given = offered.get(this.#key);
    if (given) {
      offered.delete(this.#key);
      this.take(given.form, given.from);
    }
    const left = this.form.backbones.filter((name) => backbones.some((b) => b.name === name));
    if (left.length === 0) this.change({ backbones: defaultBackbones(backbones), preset: 'head' });
    else this.change(left.length === this.form.backbones.length ? {} : { backbones: left });
  }

  change(patch: Partial<TrainForm>): void {
    this.form = { ...this.form, ...patch };
    this.#keep();
    this.#estimateSoon();
  }

  /** One setting; undefined leaves it to its default. */
  set(path: FieldPath, value: unknown): void {
    this.change({ parts: withValue(this.form.parts, path, value) });
  }

  toggleBackbone(name: string): void {
    this.change(withBackbone(this.form, name, this.backbones));
  }

  choosePreset(preset: Preset): void {
    this.change(withPreset(this.form, preset, this.backbones));
  }

  chooseLook(look: RecipePreset): void {
    this.file = null;
    this.change({ parts: RECIPE_PRESETS[look] });
  }

  fold(group: Group, open: boolean): void {
    this.open = open ? [...this.open, group] : this.open.filter((g) => g !== group);
    this.#keep();
  }

  /** Takes a recipe over whole or not at all. */
  async readFile(file: Pick<File, 'name' | 'size' | 'text'>): Promise<void> {
    if (file.size > LARGEST) {
      this.file = { kind: 'tooLarge', file: file.name };
      return;
    }
    const read = readRecipe(await file.text());
    if ('notJson' in read) this.file = { kind: 'notJson', file: file.name };
    else if ('wrong' in read) this.file = { kind: 'wrong', file: file.name, fields: read.wrong };
    else this.take(read.form, file.name);
  }

  /** Another form whole. A backbone that this project lacks is named, and nothing is changed. */
  take(form: TrainForm, from: string): void {
    const missing = form.backbones.find((name) => !this.backbones.some((b) => b.name === name));
    if (missing === undefined) {
      this.file = { kind: 'loaded', file: from };
      this.change(form);
    } else {
      const reason = 'recipe.missingBackbone';
      this.file = { kind: 'wrong', file: from, fields: [{ field: 'backbones', reason, values: { name: missing } }] };
    }
  }

  /** Labels or backbones changed: the estimate is asked again. */
  again(): void {
    this.#estimateSoon();
  }

  dispose(): void {
    this.#estimate.stop();
    this.#estimateSoon.cancel();
  }

  #keep(): void {
    if (this.#key) kept.set(this.#key, { form: this.form, open: this.open });
  }

  async #askEstimate(): Promise<void> {
    if (this.form.backbones.length === 0) {
      this.#estimate.stop();
      this.estimate = null;
      return;
    }
    const answer = await this.#estimate.ask((signal) => this.#client.call('train.estimate', this.request, { signal }));
    if (!answer) return;
    // A refused request keeps the last known settings in the form, and says why below it.
    if (answer.value) this.estimate = answer.value;
    this.estimateError = answer.error;
  }
}
