/** The table of error codes: both languages, remedies, and a test that provokes each. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AssayError, type ErrorCode, errorText, ERRORS } from '../../../electron/contract/index.ts';

const root = resolve(import.meta.dirname, '../../..');
const CODES = Object.keys(ERRORS) as ErrorCode[];

/** Where each code is provoked, as a user or a client meets it where that is possible. */
const PROVOKED: Record<ErrorCode, string> = {
  'internal/fault': 'tests/unit/doors/browser.test.ts',
  'internal/cancelled': 'tests/unit/doors/browser.test.ts',
  'usage/invalid': 'tests/unit/command/options.test.ts',
  'contract/invalid': 'tests/unit/doors/browser.test.ts',
  'disk/full': 'tests/unit/faults/files.test.ts',
  'project/not-found': 'tests/unit/command/refusals.test.ts',
  'project/exists': 'tests/unit/command/refusals.test.ts',
  'project/newer': 'tests/unit/command/refusals.test.ts',
  'project/in-use': 'tests/unit/command/refusals.test.ts',
  'project/damaged': 'tests/unit/command/refusals.test.ts',
  'project/none-open': 'tests/unit/faults/engine.test.ts',
  'import/no-source': 'tests/unit/command/refusals.test.ts',
  'import/no-images': 'tests/unit/command/refusals.test.ts',
  'import/source-vanished': 'electron/imaging/imaging.test.ts',
  'import/csv-columns': 'tests/unit/command/refusals.test.ts',
  'import/csv-unreadable': 'tests/unit/command/refusals.test.ts',
  'image/unreadable': 'electron/inference/classify.test.ts',
  'image/missing': 'electron/inference/classify.test.ts',
  'query/invalid': 'tests/unit/command/refusals.test.ts',
  'view/closed': 'tests/unit/faults/engine.test.ts',
  'label/class-unknown': 'tests/unit/command/refusals.test.ts',
  'label/class-invalid': 'tests/unit/faults/engine.test.ts',
  'label/test-kept': 'tests/unit/command/refusals.test.ts',
  'label/nothing-to-undo': 'tests/unit/faults/engine.test.ts',
  'label/nothing-to-redo': 'tests/unit/command/refusals.test.ts',
  'model/not-onnx': 'tests/unit/command/refusals.test.ts',
  'model/no-image-input': 'tests/unit/command/refusals.test.ts',
  'model/external-data': 'tests/unit/command/refusals.test.ts',
  'model/unknown': 'tests/unit/command/refusals.test.ts',
  'model/preprocessing': 'tests/unit/command/refusals.test.ts',
  'model/run-failed': 'electron/compute/pool.test.ts',
  'onnx/unsupported': 'tests/unit/command/refusals.test.ts',
  'onnx/no-gradient': 'electron/autodiff/graphs.test.ts',
  'train/too-few-classes': 'tests/unit/command/refusals.test.ts',
  'train/too-few-images': 'electron/training/head/head.test.ts',
  'train/recipe-invalid': 'electron/augment/augment.test.ts',
  'train/diverged': 'tests/unit/command/training.test.ts',
  'train/not-resumable': 'tests/unit/command/training.test.ts',
  'run/unknown': 'tests/unit/command/refusals.test.ts',
  'run/unfinished': 'tests/unit/command/export-model.test.ts',
  'evaluate/empty-split': 'tests/unit/command/refusals.test.ts',
  'evaluate/empty-slice': 'tests/unit/command/evaluated.test.ts',
  'evaluate/not-measured': 'tests/unit/command/evaluated.test.ts',
  'classify/output': 'tests/unit/command/refusals.test.ts',
  'classify/classes': 'tests/unit/command/classify.test.ts',
  'classify/stage2': 'tests/unit/command/classify.test.ts',
  'classify/not-tuned': 'tests/unit/command/tune.test.ts',
  'classify/merge': 'tests/unit/command/classify.test.ts',
  'oof/invalid': 'tests/unit/command/evaluation.test.ts',
  'clean/no-probabilities': 'tests/unit/faults/engine.test.ts',
  'clean/finding-unknown': 'tests/unit/faults/engine.test.ts',
  'clean/decision-unfit': 'tests/unit/command/clean.test.ts',
  'clean/test-fixed': 'tests/unit/command/clean.test.ts',
  'clean/backbone-untrained': 'tests/unit/command/clean.test.ts',
  'clean/nothing-to-audit': 'tests/unit/faults/engine.test.ts',
  'clean/not-in-audit': 'tests/unit/cleaning/search.test.ts',
  'job/unknown': 'tests/unit/faults/engine.test.ts',
  'compute/crashed': 'electron/compute/launcher.test.ts',
  'door/forbidden': '',
  'door/disconnected': '',
  'door/view-missing': 'renderer/views/registry.test.ts',
  'demo/output': 'electron/demo/draw-demo.test.ts',
};

/** Why no test provokes them. */
const NOT_PROVOKED: Partial<Record<ErrorCode, string>> = {
  'door/forbidden': 'a refused page gets HTTP 403 and never sees the code',
  'door/disconnected': 'made by the page itself when its line is cut',
};

const holes = (sentence: string): string[] =>
  [...new Set([...sentence.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ''))].sort();

describe.each(CODES)('%s', (code) => {
  const { en, ko, remedy } = ERRORS[code];

  test('has a sentence and a remedy in both languages, with the same holes', () => {
    for (const sentence of [en, ko, remedy.en, remedy.ko]) expect(sentence.trim().length).toBeGreaterThan(0);
    expect(holes(ko)).toEqual(holes(en));
    expect(holes(remedy.ko)).toEqual(holes(remedy.en));
    // A sentence that is one hole is made of words that came with the error.
    if (en !== '{reason}') expect(ko).toMatch(/[가-힣]/);
    expect(remedy.ko).toMatch(/[가-힣]/);
  });

  test('crosses a door and comes out as it went in', () => {
    const names = holes(en + remedy.en);
    const values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    const error = new AssayError(code, { subject: values.subject, values });
    const back = AssayError.fromWire(JSON.parse(JSON.stringify(error.toWire())) as ReturnType<AssayError['toWire']>);
    for (const locale of ['en', 'ko'] as const) {
      expect(errorText(back, locale)).toEqual(errorText(error, locale));
      expect(errorText(back, locale).message).not.toMatch(/\{\w+\}/);
    }
  });

  test('is provoked by the test that is named, or it is said why not', () => {
    const file = PROVOKED[code];
    if (file === '') expect(NOT_PROVOKED[code]?.length).toBeGreaterThan(0);
    else expect(existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8')).toContain(`'${code}'`);
  });
});

test('no code is thrown that the table does not know', () => {
  const known = new Set<string>(CODES);
  const thrown: string[] = [];
  for (const name of readdirSync(join(root, 'electron'), { recursive: true }) as string[]) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const text = readFileSync(join(root, 'electron', name), 'utf8');
    for (const [, code] of text.matchAll(/new AssayError\(\s*'([^']+)'/g)) thrown.push(code ?? '');
  }
  expect(thrown.length).toBeGreaterThan(50);
  expect(thrown.filter((code) => !known.has(code))).toEqual([]);
});
