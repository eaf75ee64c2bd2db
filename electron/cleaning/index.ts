export { type Agreement, neighbourAgreement, type Neighbours, neighbourShares } from './agreement.ts';
export {
  type AuditedStratum,
  type AuditPlan,
  type ErrorsLeft,
  errorsLeft,
  planAudit,
  type PrecisionPoint,
  precisionSoFar,
  type StopAdvice,
  stopAdvice,
  type StopReason,
  wilson,
  YIELD_WINDOW,
} from './audit.ts';
export {
  calibrate,
  confidentJoint,
  type ConfidentJoint,
  confidentThresholds,
  roundKeepingTotal,
} from './confident-joint.ts';
export {
  accuracies,
  ensembleQuality,
  meanProbabilities,
  type Models,
  modelWeights,
  type Weighting,
  type Weights,
} from './ensemble.ts';
export {
  type Filter,
  type FilterBasis,
  filterBasis,
  type FilterOptions,
  filterRows,
  FILTERS,
  pruneCounts,
} from './filters.ts';
export { type LabelErrorFinding, type LabelErrorInput, type LabelErrors, rankLabelErrors } from './label-errors.ts';
export { type ErrorPosterior, errorPosterior, type PosteriorOptions } from './noisy-discriminant.ts';
export { type Noise, noiseOf } from './noise.ts';
export { checkRows, countLabels, type Rows } from './rows.ts';
export {
  adjustProbabilities,
  confidenceWeightedEntropy,
  labelQuality,
  normalizedMargin,
  type Score,
  SCORES,
  selfConfidence,
} from './scores.ts';
export { geometricMean, vote, type VoteResult } from './vote.ts';
export * from './duplicates/index.ts';
export { type ClassHealth, classHealth, type OverlapFinding, overlapFindings } from './classes.ts';
export { measureQuality, type QualityMeasures } from './measures.ts';
export { type OutlierFinding, outlierFindings } from './outliers.ts';
export { QUALITY_KINDS, type QualityFinding, qualityFindings, type QualityKind, type QualityRow } from './quality.ts';
export {
  type CheapProperty,
  type Drift,
  driftOf,
  namePrefix,
  type SpuriousFinding,
  spuriousFindings,
} from './spurious.ts';
