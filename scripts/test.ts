/**
 * npm test: every check of the repository, one line each, and one closing line summed over the runners.
 *
 *     npm test                everything
 *     npm test -- unit e2e    only these
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildRenderer, buildShell, root } from './build.ts';
import { findChromium } from './chromium.ts';

interface Count {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
}

interface Outcome {
  code: number;
  output: string;
}

function run(script: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, script), ...args], {
      cwd: root,
      env: { ...process.env, ...environment, FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => void (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}

const tail = (text: string, lines = 60) => text.trimEnd().split('\n').slice(-lines).join('\n');

/** A check that passes or fails as a whole counts as one test. */
async function check(script: string, args: string[]): Promise<Count> {
  const { code, output } = await run(script, args);
  if (code !== 0) console.log(tail(output));
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] };
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  testResults: {
    name: string;
    message: string;
    status: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[]; meta?: { reason?: string } }[];
  }[];
}

async function unit(): Promise<Count> {
  const report = join(root, 'test-results', 'unit.json');
  rmSync(report, { force: true });
  const { code, output } = await run('node_modules/vitest/vitest.mjs', [
    'run',
    '--reporter=json',
    `--outputFile=${report}`,
    '--reporter=dot',
  ]);
  if (!existsSync(report)) {
    console.log(tail(output));
    return { passed: 0, failed: 1, skipped: [] };
  }
  const result = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
  const count: Count = { passed: result.numPassedTests, failed: result.numFailedTests, skipped: [] };
  for (const file of result.testResults) {
    // A file that could not be loaded has no assertions, and must not pass unseen.
    if (file.status === 'failed' && file.assertionResults.every((a) => a.status !== 'failed')) {
      count.failed += 1;
      console.log(`${file.name}\n${file.message}`);
    }
    for (const test of file.assertionResults) {
      if (test.status === 'failed')
        console.log(`FAILED ${test.fullName}\n${tail(test.failureMessages.join('\n'), 20)}`);
      if (['skipped', 'pending', 'todo'].includes(test.status))
        count.skipped.push({ name: test.fullName, reason: reasonIn(test.fullName) });
    }
  }
  if (code !== 0 && count.failed === 0) {
    count.failed = 1;
    console.log(tail(output));
  }
  return count;
}

/** Tests that may be skipped say why in their name, in brackets after "skipped:" or "needs". */
function reasonIn(name: string): string {
  const match = /\((needs [^)]*|skipped: [^)]*)\)/.exec(name);
  return match?.[1] ?? 'no reason given';
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: {
    title: string;
    file: string;
    tests: {
      status: string;
      annotations: { type: string; description?: string }[];
      results: { error?: { message?: string; stack?: string } }[];
    }[];
  }[];
}

async function endToEnd(): Promise<Count> {
  const chromium = await findChromium();
  if (!chromium)
    return {
      passed: 0,
      failed: 0,
      skipped: [{ name: 'interface tests', reason: 'no Chromium and none may be installed' }],
    };
  await buildRenderer();
  await buildShell();
  const report = join(root, 'test-results', 'e2e.json');
  rmSync(report, { force: true });
  const { output } = await run('node_modules/@playwright/test/cli.js', ['test', '--reporter=json'], {
    ASSAY_CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  if (!existsSync(report)) {
    console.log(tail(output));
    return { passed: 0, failed: 1, skipped: [] };
  }
  const count: Count = { passed: 0, failed: 0, skipped: [] };
  const result = JSON.parse(readFileSync(report, 'utf8')) as PlaywrightSuite & { errors?: { message?: string }[] };
  const visit = (suite: PlaywrightSuite) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          const reason = test.annotations.find((a) => a.type === 'skip')?.description ?? 'no reason given';
          count.skipped.push({ name: spec.title, reason });
        } else if (test.status === 'unexpected') {
          count.failed += 1;
          const error = test.results.at(-1)?.error;
          console.log(`FAILED ${spec.file}: ${spec.title}\n${tail(error?.stack ?? error?.message ?? '', 30)}`);
        } else {
          count.passed += 1;
          const error = test.status === 'flaky' ? test.results[0]?.error : undefined;
          if (error)
            console.log(`SECOND TRY ${spec.file}: ${spec.title}\n${tail(error.stack ?? error.message ?? '', 30)}`);
        }
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  visit(result);
  for (const error of result.errors ?? []) {
    count.failed += 1;
    console.log(error.message);
  }
  return count;
}

const CHECKS: Record<string, () => Promise<Count>> = {
  format: () => check('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
  lint: () => check('node_modules/eslint/bin/eslint.js', ['.', '--max-warnings', '0']),
  types: () => check('node_modules/typescript/bin/tsc', ['-p', '.']),
  components: () =>
    check('node_modules/svelte-check/bin/svelte-check', [
      '--tsconfig',
      'tsconfig.json',
      '--fail-on-warnings',
      '--output',
      'human',
    ]),
  imports: () =>
    check('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', [
      'electron',
      'renderer',
      '--config',
      '.dependency-cruiser.cjs',
    ]),
  colours: () => check('scripts/check-colours.mjs', []),
  unit,
  e2e: endToEnd,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(`unknown check ${unknown.join(', ')}; there are: ${Object.keys(CHECKS).join(', ')}`);
  process.exit(2);
}

const total: Count = { passed: 0, failed: 0, skipped: [] };
for (const [name, body] of Object.entries(CHECKS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const started = Date.now();
  const count = await body();
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped.push(...count.skipped);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${name}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`);
}
for (const { name, reason } of total.skipped) console.log(`skipped: ${name} (${reason})`);
const skipped = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 ? 1 : 0);
