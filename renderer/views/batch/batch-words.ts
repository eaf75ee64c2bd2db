/** Words of the Batch view for what the contract names. */
import { type Average, type Restoration, type Route, type ViewsOfImage } from '../../../electron/contract/contract.ts';
import { type BatchInfo } from '../../../electron/contract/words.ts';
import { type MessageKey, t } from '../../messages/messages.svelte.ts';

export const BATCH_STATE: Record<BatchInfo['state'], MessageKey> = {
  queued: 'batch.stateQueued',
  running: 'batch.stateRunning',
  done: 'batch.stateDone',
  failed: 'batch.stateFailed',
  cancelled: 'batch.stateCancelled',
  interrupted: 'batch.stateInterrupted',
};

export const VIEWS: Record<ViewsOfImage, MessageKey> = {
  none: 'batch.viewsNone',
  'quarter-turns': 'batch.viewsTurns',
  flips: 'batch.viewsFlips',
  tta6: 'batch.viewsSix',
};
export const VIEWS_WHY: Record<ViewsOfImage, MessageKey> = {
  none: 'batch.viewsNoneWhy',
  'quarter-turns': 'batch.viewsTurnsWhy',
  flips: 'batch.viewsFlipsWhy',
  tta6: 'batch.viewsSixWhy',
};
export const AVERAGE: Record<Average, MessageKey> = {
  probability: 'batch.averageProbability',
  logit: 'batch.averageLogit',
  geometric: 'batch.averageGeometric',
};
export const AVERAGE_WHY: Record<Average, MessageKey> = {
  probability: 'batch.averageProbabilityWhy',
  logit: 'batch.averageLogitWhy',
  geometric: 'batch.averageGeometricWhy',
};
export const RESTORATION: Record<Restoration, MessageKey> = {
  doc_deskew: 'batch.opSeeded',
  doc_restore_bal: 'batch.opBalanced',
  doc_restore_max: 'batch.opStrong',
  deskew: 'batch.opDeskew',
};
export const RESTORATION_WHY: Record<Restoration, MessageKey> = {
  doc_deskew: 'batch.opSeededWhy',
  doc_restore_bal: 'batch.opBalancedWhy',
  doc_restore_max: 'batch.opStrongWhy',
  deskew: 'batch.opDeskewWhy',
};
export const ROUTE: Record<Route, MessageKey> = {
  entropy: 'batch.routeEntropy',
  margin: 'batch.routeMargin',
  sum: 'batch.routeSum',
  pred: 'batch.routePred',
};
export const ROUTE_WHY: Record<Route, MessageKey> = {
  entropy: 'batch.routeEntropyWhy',
  margin: 'batch.routeMarginWhy',
  sum: 'batch.routeSumWhy',
  pred: 'batch.routePredWhy',
};

/** The choices of a list in the order of its table, which has all of them by its type. */
export const choices = <T extends string>(words: Record<T, MessageKey>): { value: T; label: string }[] =>
  (Object.keys(words) as T[]).map((value) => ({ value, label: t(words[value]) }));
