'use strict';
/**
 * The import rules of ARCHITECTURE.md, checked by the test command. One table gives the order of the parts; arrows go
 * from a part to those on an earlier line, and only through its index.ts.
 */
const ORDER = [
  ['contract'],
  ['onnx', 'imaging', 'catalogue'],
  ['autodiff', 'compute'],
  ['augment', 'embeddings', 'evaluation'],
  ['restore'],
  ['training', 'inference', 'cleaning', 'interchange', 'demo'],
  ['engine'],
  ['doors'],
  ['shell'],
];

/**
 * Second entries of parts: files that another process may load without the native code behind index.ts.
 * `imaging/cache` and `imaging/scan` are used by the engine, which never loads sharp; `augment/catalogue` likewise.
 */
const SECOND_ENTRIES =
  '(^electron/[a-z]+/index\\.ts$)|(^electron/imaging/(cache|scan)\\.ts$)|(^electron/(augment/catalogue|embeddings/names|training/names|inference/(routing|sharding|table))\\.ts$)|(^electron/compute/(protocol|launcher|fork|host|session|threads)\\.ts$)';

const layerRules = ORDER.flatMap((layer, i) =>
  layer.map((part) => ({
    name: `order-${part}`,
    severity: 'error',
    comment: `${part} may use only parts of earlier layers`,
    from: { path: `^electron/${part}/`, pathNot: '\\.test\\.ts$' },
    to: {
      path: `^electron/(${[...ORDER.slice(i).flat()].filter((p) => p !== part).join('|') || '-'})/`,
    },
  })),
);

const only = (module, folders, reason) => ({
  name: `only-${module}`,
  severity: 'error',
  comment: reason,
  from: { path: '^(electron|renderer)/', pathNot: [folders, '\\.test\\.ts$'] },
  to: { path: `node_modules/${module}/` },
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'types may refer to each other; modules may not need each other to load',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...layerRules,
    {
      name: 'through-the-index',
      severity: 'error',
      comment: 'a part is used through its index.ts (or a listed second entry)',
      from: { path: '^electron/([a-z]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/', pathNot: ['^electron/$1/', '^electron/contract/', SECOND_ENTRIES] },
    },
    {
      name: 'renderer-knows-the-contract-only',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.test\\.ts$' },
      to: { path: '^electron/', pathNot: '^electron/contract/' },
    },
    { name: 'electron-knows-no-renderer', severity: 'error', from: { path: '^electron/' }, to: { path: '^renderer/' } },
    {
      name: 'product-knows-no-tests',
      severity: 'error',
      from: { path: '^(electron|renderer)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(tests|scripts)/' },
    },
    only('electron', '^electron/shell/', 'only the shell imports electron'),
    only(
      'better-sqlite3',
      '^electron/(catalogue/|imaging/cache\\.ts)',
      'SQLite lives in the catalogue and in the thumbnail cache',
    ),
    only('sharp', '^electron/(imaging|augment)/', 'native image code runs in the compute process only'),
    only('onnxruntime-node', '^electron/compute/', 'sessions live in compute'),
    {
      name: 'unclassified-dependency',
      severity: 'error',
      comment: 'a package that package.json does not name',
      from: { path: '^(electron|renderer)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.svelte.ts', '.svelte', '.js', '.cjs', '.mjs', '.json'] },
  },
};
