export { bootstrap, type Interval, type Intervals, quantile } from './bootstrap.ts';
export {
  calibrationError,
  fitTemperature,
  LOG_FLOOR,
  logLoss,
  type ReliabilityBin,
  reliabilityBins,
  scaleByTemperature,
} from './calibration.ts';
export { accuracyDifference, type McNemar, mcNemar } from './compare.ts';
export {
  accuracyOf,
  argmax,
  checkShapes,
  type ClassMetrics,
  classMetrics,
  clusterOrder,
  type Confusion,
  confusionOf,
  macroF1Of,
} from './confusion.ts';
export { type Paired, pairedBootstrap, type PairedClass, pairedClasses, type PairedOptions } from './paired.ts';
export {
  averagePrecision,
  byFallingScore,
  type CurvePoint,
  precisionAt,
  precisionRecall,
  rowsForRecall,
  thinned,
} from './curves.ts';
export { LEAST_ROWS, type PartFigures, sliceFigures, type SliceFigures, type SliceOptions } from './slices.ts';
export { evaluate, type EvaluateOptions, type Evaluation } from './evaluate.ts';
export { drawSplit, type Rows, stratifiedFolds, TEST, TRAIN, VALIDATION } from './folds.ts';
export { reportPage, type ReportSubject } from './report/page.ts';
export { combine, type Combiner, importanceOf, stackColumns, stackInputs } from './combine.ts';
