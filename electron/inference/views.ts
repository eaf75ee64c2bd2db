/** What the names of test-time views stand for. */
import { type ViewsOfImage } from '../contract/index.ts';
import { type View } from '../embeddings/index.ts';

export const VIEWS: Readonly<Record<ViewsOfImage, readonly View[]>> = {
  none: [0],
  'quarter-turns': [0, 1, 2, 3],
  flips: [0, 4, 5],
  tta6: [0, 4, 5, 1, 2, 3],
};
