export {
  classifierModel,
  type ClassifierParts,
  type HeadWeights,
  type ModelInfo,
  modelInfo,
  type RunnableModel,
  runnableModel,
} from './model-file.ts';
export { type ClassifyBatch, type ClassifyParams, classifyTask } from './classify.ts';
export { portableModel } from './portable/graph.ts';
export { type PortableParams, type PortableRunParams, portableRunTask, portableTask } from './portable/tasks.ts';
export { type ExportFoldParams, exportFoldTask, type ExportParams, exportTask } from './tasks.ts';
export { stackModel, type StackModelParams, stackModelTask } from './stack.ts';
export { temperaturesTask } from './temperature.ts';
export { type EnsembleParams, ensembleTask, exportTrainedTask, type TrainedParams } from './trained.ts';
export { type TuneAnswer, type TuneParams, tuneTask } from './tuning/task.ts';
export { type Judged, type UnderOpsParams, underOpsTask } from './under-ops.ts';
