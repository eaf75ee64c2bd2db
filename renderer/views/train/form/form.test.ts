import { describe, expect, it } from 'vitest';
import { RECIPE_PRESET_NAMES, RECIPE_PRESETS } from '../../../../electron/contract/recipe-presets.ts';
import { recipeParts, trainRequest } from '../../../../electron/contract/recipe.ts';
import { RECIPE } from '../../../mock/training.ts';
import { en } from '../../../messages/en/index.ts';
import { fakeClient } from '../../fake-client.ts';
import { aBackbone } from '../../samples.ts';
import { ALL_FIELDS, limits } from './fields.ts';
import { effective, emptyForm, requestOf, withBackbone, withPreset, withValue } from './form.ts';
import { FormState, offerForm } from './form.svelte.ts';
import { lookOf } from './looks.ts';
import { formOfRun, readRecipe, recipeText } from './recipe-file.ts';

const known = [aBackbone('page'), aBackbone('photo'), aBackbone('compact', { origin: 'untrained' })];

describe('settings of the form', () => {
  it('are all settings of a recipe, each once and with words', () => {
    const paths = Object.entries(RECIPE).flatMap(([group, part]) =>
      typeof part === 'number' ? [group] : Object.keys(part).map((name) => `${group}.${name}`),
    );
    expect(ALL_FIELDS.map(({ path }) => path).sort()).toEqual(paths.sort());
    const words: Record<string, string> = en.recipe;
    for (const { path, options = [] } of ALL_FIELDS) {
      expect(words[path], path).toBeTruthy();
      expect(words[`${path}:why`], path).toBeTruthy();
      for (const option of options) expect(words[`${path}=${option}`], `${path}=${option}`).toBeTruthy();
    }
  });
  it('have the limits of the contract, shares in per cent', () => {
    const of = (path: string) => limits(ALL_FIELDS.find((field) => field.path === path)!);
    expect([of('epochs'), of('data.validationShare'), of('loss.gamma')]).toEqual([
      { min: 1, max: 10_000 },
      { min: 5, max: 50 },
      { min: 0, max: 10 },
    ]);
  });
  it('keep only what was given, and show it over the defaults', () => {
    const parts = withValue(withValue({}, 'loss.gamma', 2), 'epochs', 5);
    expect(parts).toEqual({ loss: { gamma: 2 }, epochs: 5 });
    expect(withValue(withValue(parts, 'loss.gamma', undefined), 'epochs', undefined)).toEqual({});
    const shown = effective(RECIPE, parts)!;
    expect([shown.loss.gamma, shown.epochs, shown.loss.kind]).toEqual([2, 5, 'focal']);
    expect(recipeParts.safeParse(shown).success).toBe(true);
  });
});

describe('what is trained', () => {
  it('a network that knows nothing is trained whole and alone', () => {
    expect(withBackbone({ ...emptyForm(), backbones: ['page', 'photo'] }, 'compact', known)).toEqual({
      backbones: ['compact'],
      preset: 'full',
    });
  });
  it('a head takes no network without weights; other levels take one', () => {
    const compact = { ...emptyForm(), backbones: ['compact'], preset: 'full' as const };
    expect(withPreset(compact, 'head', known).backbones).toEqual(['page', 'photo']);
    expect(withPreset({ ...emptyForm(), backbones: ['page', 'photo'] }, 'last-blocks', known).backbones).toEqual([
      'page',
    ]);
  });
  it('the settings of a training do not go with a head', () => {
    const form = { ...emptyForm(), backbones: ['page'], parts: { epochs: 3 } };
    expect('epochs' in requestOf(form)).toBe(false);
    expect(requestOf({ ...form, preset: 'full' }).epochs).toBe(3);
  });
});

describe('recipes as files', () => {
  const form = {
    ...{ ...emptyForm(), backbones: ['page'], preset: 'full' as const, size: 320, name: 'mine' },
    parts: { epochs: 4, loss: { kind: 'focal' as const } },
  };
  it('come back as they were written, in the form of the command line', () => {
    expect(trainRequest.safeParse(JSON.parse(recipeText(form))).success).toBe(true);
    expect(readRecipe(recipeText(form))).toEqual({ form });
  });
  it('what is wrong is named by field', () => {
    const read = readRecipe('{"version":1,"backbones":["page"],"preset":"full","epochs":0,"loss":{"gama":2}}');
    expect('wrong' in read && read.wrong.map(({ field, reason }) => [field, reason])).toEqual([
      ['epochs', 'recipe.wrongLeast'],
      ['loss.gama', 'recipe.wrongUnknown'],
    ]);
    expect(readRecipe('no')).toEqual({ notJson: true });
  });
  it('the recipe of a run can be used again', () => {
    expect(formOfRun({ ...requestOf(form), extra: 1 })).toEqual({ ...form, name: '' });
    expect(formOfRun({ preset: 'head' })).toBeNull();
  });
  it('those of the program are recipes', () => {
    for (const name of RECIPE_PRESET_NAMES) {
      const request = { backbones: ['page'], preset: 'full', ...RECIPE_PRESETS[name] };
      expect(trainRequest.safeParse(request).error?.issues ?? [], name).toEqual([]);
    }
  });
  it('a look is known by its settings, in any order', () => {
    const { stopping, ...others } = RECIPE_PRESETS.documents;
    expect([lookOf({ stopping, ...others }), lookOf({}), lookOf({ epochs: 1 })]).toEqual([
      'documents',
      'defaults',
      null,
    ]);
  });
});

describe('the state of the form', () => {
  const client = () => fakeClient({ 'train.estimate': () => Promise.reject(new Error('not asked here')) });
  it('refuses a recipe whose network is not in the project, and keeps what was there', async () => {
    const state = new FormState(client());
    state.show(known);
    await state.readFile({ name: 'r.json', size: 10, text: () => Promise.resolve('{"backbones":["siglip"]}') });
    expect(state.file).toMatchObject({ kind: 'wrong', fields: [{ field: 'backbones' }] });
    expect(state.form.backbones).toEqual(['page', 'photo']);
    state.dispose();
  });
  it('outlives the view, by project', () => {
    const first = new FormState(client(), '/p');
    first.show(known);
    first.choosePreset('full');
    first.dispose();
    const again = new FormState(client(), '/p');
    const other = new FormState(client(), '/q');
    expect([again.form.preset, other.form.preset]).toEqual(['full', 'head']);
    again.dispose();
    other.dispose();
  });
  it('takes a recipe that another view hands over, once, and only in its project', () => {
    const given = { ...emptyForm(), backbones: ['photo'], preset: 'full' as const, size: 160 };
    offerForm('/r', given, 'the search');
    const elsewhere = new FormState(client(), '/s');
    elsewhere.show(known);
    expect(elsewhere.form.size).toBeNull();
    const state = new FormState(client(), '/r');
    state.show(known);
    expect([state.form, state.file]).toEqual([given, { kind: 'loaded', file: 'the search' }]);
    state.change({ size: 96 });
    state.show(known);
    expect(state.form.size).toBe(96);
    elsewhere.dispose();
    state.dispose();
  });
});
