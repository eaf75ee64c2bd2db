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
export { type ExportParams, exportTask } from './tasks.ts';
export { type EnsembleParams, ensembleTask, exportTrainedTask, type TrainedParams } from './trained.ts';
