import { createHash } from 'node:crypto';
import { type BackboneFile, sizeFor, type TapChoice, tapsOf } from './backbones/spec.ts';

export type Fit = 'letterbox' | 'stretch';

/** What decides a feature vector besides the image. */
export interface FeatureRequest {
  tap: TapChoice;
  /** Side in pixels asked for; null: the backbone's own. */
  size: number | null;
  fit: Fit;
}

/** Counted up when the way from file to pixels changes so that old features no longer fit. */
const DECODING = 2;

/** File name of the features: 32 hexadecimal digits over backbone, taps, size, fit and the way of decoding. */
export function featureKey(backbone: Pick<BackboneFile, 'hash' | 'spec'>, { tap, size, fit }: FeatureRequest): string {
  const taps = tapsOf(backbone.spec, tap).map((t) => [t.name, t.kind]);
  const parts = [DECODING, backbone.hash, taps, sizeFor(backbone.spec, size), fit];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
