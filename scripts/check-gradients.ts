/**
 * npm run check:gradients -- FOLDER [--device cpu|webgpu] [--formulation plain|cpu|webgpu] [--only TEXT] [--json]
 *
 * Runs every gradient case below FOLDER: whole networks (a folder with case.json) and single operators (FAMILY.json
 * beside FAMILY.bin). Exit 1 where a case is outside its tolerances or a gradient rule is missing.
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { blockSize } from '../electron/training/block-size.ts';
import { type Result, type Setting } from './gradients/measure.ts';
import { networkCase } from './gradients/network-case.ts';
import { operatorCases } from './gradients/operator-case.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string', default: 'cpu' },
    formulation: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const folder = positionals[0];
if (folder === undefined || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  console.error(
    'Usage: check:gradients -- FOLDER [--device cpu|webgpu] [--formulation plain|cpu|webgpu] [--only TEXT] [--json]',
  );
  process.exit(2);
}
const formulation =
  (options.formulation as Setting['formulation'] | undefined) ?? (options.device === 'cpu' ? 'cpu' : 'webgpu');
const setting: Setting = {
  device: options.device,
  formulation,
  block: formulation === 'cpu' ? await blockSize() : undefined,
};

async function* cases(root: string): AsyncGenerator<Result> {
  for (const file of globSync('**/case.json', { cwd: root }).sort()) {
    const path = join(root, dirname(file));
    if (matches(path)) yield await networkCase(path, setting);
  }
  for (const file of globSync('**/*.json', { cwd: root }).sort()) {
    const path = join(root, file);
    if (!matches(path) || !isFamily(path)) continue;
    yield* operatorCases(path, setting);
  }
}

const matches = (path: string): boolean => options.only === undefined || path.includes(options.only);

function isFamily(path: string): boolean {
  const content = JSON.parse(readFileSync(path, 'utf8')) as { family?: unknown; cases?: unknown };
  return typeof content.family === 'string' && Array.isArray(content.cases);
}

const short = (value: number | undefined): string => (value === undefined ? '' : value.toExponential(1));

const results: Result[] = [];
for await (const result of cases(folder)) {
  results.push(result);
  const figures =
    result.kind === 'network'
      ? `gradient ${short(result.gradientError)} loss ${short(result.lossDeviation)} logits ${short(result.logitsDeviation)}`
      : `gradient ${short(result.gradientError)} output ${short(result.outputError)}`;
  console.error(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name.padEnd(44)} ${figures}`);
  for (const problem of result.problems) console.error(`       ${problem}`);
}
const failed = results.filter((result) => !result.ok);
if (options.json) console.log(JSON.stringify({ ok: failed.length === 0, ...setting, cases: results }, null, 1));
console.error(`${results.length - failed.length} of ${results.length} cases agree`);
process.exitCode = failed.length === 0 && results.length > 0 ? 0 : 1;
