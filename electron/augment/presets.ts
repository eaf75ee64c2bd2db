/** Policies to begin with. */
import { type Policy } from '../contract/index.ts';

type Ranges = Policy['ops'][number]['ranges'];
const op = (name: string, p: number, ranges: Ranges = {}, choice?: string): Policy['ops'][number] => ({
  op: name,
  p,
  ranges,
  ...(choice === undefined ? {} : { choice }),
});

const none: Policy = { name: 'none', ops: [] };

/** What cannot do harm: nothing is mirrored, turned over or cut away. */
const light: Policy = {
  name: 'light',
  ops: [
    op('affine', 0.5, { angle: [-3, 3], shear: [-2, 2], shift: [0, 2], scale: [0.97, 1.03] }),
    op('brightness-contrast', 0.5, { brightness: [-0.1, 0.1], contrast: [-0.1, 0.1] }),
    op('jpeg', 0.3, { quality: [50, 95] }),
  ],
};

/** For photographs of things: either side may be left, the light changes, the frame is never the same. */
const photos: Policy = {
  name: 'photos',
  ops: [
    op('rotate', 0.4, { angle: [-15, 15] }),
    op('flip-horizontal', 0.5),
    op('random-crop', 0.6, { area: [0.6, 1], ratio: [0.85, 1.15] }),
    op('brightness-contrast', 0.5, { brightness: [-0.2, 0.2], contrast: [-0.2, 0.2] }),
    op('hue-saturation-value', 0.4, { hue: [-10, 10], saturation: [-20, 20], value: [-8, 8] }),
    op('downscale', 0.2, { factor: [0.6, 0.9] }),
    op('jpeg', 0.3, { quality: [40, 90] }),
    op('motion-blur', 0.15, { length: [2, 5] }),
  ],
};

/**
 * For pages that reach the classifier turned, noisy, blurred and compressed: the documents' base tier of the contest.
 * Where that says "one of, 0.45", the ops of the choice have equal parts of it.
 */
const document: Policy = {
  name: 'document',
  ops: [
    op('affine', 0.225, { angle: [-15, 15], shear: [-5, 5], shift: [0, 3], scale: [1, 1] }, 'geometry'),
    op('quarter-turn', 0.225, { turns: [0, 3] }, 'geometry'),
    op('hue-saturation-value', 0.25, { hue: [-8, 8], saturation: [-4, 4], value: [-4, 4] }),
    op('clahe', 0.3, { clip: [1, 3] }),
    op('downscale', 0.2, { factor: [0.7, 0.9] }, 'degrade'),
    op('jpeg', 0.2, { quality: [20, 85] }, 'degrade'),
    op('gaussian-noise', 0.225, { deviation: [2.5, 4.2] }, 'noise'),
    op('iso-noise', 0.225, { intensity: [0.1, 0.4] }, 'noise'),
    op('motion-blur', 0.2, { length: [1, 3] }),
    op('brightness-contrast', 0.35, { brightness: [-0.12, 0.12], contrast: [-0.12, 0.12] }),
    op('grey', 0.35),
    op('invert', 0.15),
    op('overlay', 0.1, { alpha: [0.06, 0.14] }),
  ],
};

/**
 * What degraded pages look like: validation sees each of its images once through this, always the same way. The contest's
 * robust validation (there a variance of 10 to 25 for the noise).
 */
export const DEGRADED_TWIN: Policy = {
  name: 'degraded twin',
  ops: [
    op('affine', 0.2, { angle: [-20, 20], shear: [0, 0], shift: [0, 0], scale: [1, 1] }, 'geometry'),
    op('quarter-turn', 0.2, { turns: [0, 3] }, 'geometry'),
    op('downscale', 0.4, { factor: [0.7, 0.9] }),
    op('jpeg', 0.4, { quality: [25, 70] }),
    op('gaussian-noise', 0.4, { deviation: [3.2, 5] }),
    op('motion-blur', 0.3, { length: [1, 5] }),
    op('brightness-contrast', 0.4, { brightness: [-0.2, 0.2], contrast: [-0.25, 0.25] }),
    op('grey', 0.4),
    op('invert', 0.2),
  ],
};

export const PRESETS: readonly Policy[] = [none, light, photos, document];
