/**
 * The task table of the compute process: everything that runs native code, from all parts. Each part is loaded when its
 * task is first asked for: an import need not wait for the code of networks.
 */

export type { DemoParams, DemoResult } from './demo.ts';

/** The task that `load` brings, as if it were here already. */
function later<Params, Context, Result>(
  load: () => Promise<(params: Params, context: Context) => Promise<Result>>,
): (params: Params, context: Context) => Promise<Result> {
  return async (params, context) => (await load())(params, context);
}

export const tasks = {
  ingest: later(async () => (await import('./ingest.ts')).ingestTask),
  display: later(async () => (await import('./display.ts')).displayTask),
  demo: later(async () => (await import('./demo.ts')).demoTask),
  prepare: later(async () => (await import('../../embeddings/index.ts')).prepareTask),
  inspect: later(async () => (await import('../../embeddings/index.ts')).inspectTask),
  embed: later(async () => (await import('../../embeddings/index.ts')).embedTask),
  head: later(async () => (await import('../../training/index.ts')).headTask),
  export: later(async () => (await import('../../inference/index.ts')).exportTask),
  exportFold: later(async () => (await import('../../inference/index.ts')).exportFoldTask),
  temperatures: later(async () => (await import('../../inference/index.ts')).temperaturesTask),
  exportTrained: later(async () => (await import('../../inference/index.ts')).exportTrainedTask),
  ensemble: later(async () => (await import('../../inference/index.ts')).ensembleTask),
  stack: later(async () => (await import('../../training/index.ts')).stackTask),
  stackModel: later(async () => (await import('../../inference/index.ts')).stackModelTask),
  portable: later(async () => (await import('../../inference/index.ts')).portableTask),
  portableRun: later(async () => (await import('../../inference/index.ts')).portableRunTask),
  plan: later(async () => (await import('../../training/index.ts')).planTask),
  fit: later(async () => (await import('../../training/index.ts')).fitTask),
  classify: later(async () => (await import('../../inference/index.ts')).classifyTask),
  degrade: later(async () => (await import('./degrade.ts')).degradeTask),
  tune: later(async () => (await import('../../inference/index.ts')).tuneTask),
  underOps: later(async () => (await import('../../inference/index.ts')).underOpsTask),
  rank: later(async () => (await import('./rank-labels.ts')).rankTask),
  survey: later(async () => (await import('./survey.ts')).surveyTask),
  outliers: later(async () => (await import('./outliers.ts')).outliersTask),
  audit: later(async () => (await import('./audit.ts')).auditTask),
  similar: later(async () => (await import('./similar.ts')).similarTask),
  compare: later(async () => (await import('./figures.ts')).compareTask),
  cascade: later(async () => (await import('./cascade.ts')).cascadeTask),
  curves: later(async () => (await import('./figures.ts')).curvesTask),
  robust: later(async () => (await import('./figures.ts')).robustTask),
  slices: later(async () => (await import('./figures.ts')).slicesTask),
  figures: later(async () => (await import('./figures.ts')).figuresTask),
  preview: later(async () => (await import('./preview.ts')).previewTask),
};

export type Tasks = typeof tasks;
