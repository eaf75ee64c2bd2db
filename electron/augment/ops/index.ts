/** Every op of the program, in the order of the catalogue. To add one: a file here and a line below. */
import { type Op } from '../op.ts';
import { affine } from './affine.ts';
import { brightnessContrast } from './brightness-contrast.ts';
import { clahe } from './clahe.ts';
import { downscale } from './downscale.ts';
import { flipHorizontal } from './flip-horizontal.ts';
import { flipVertical } from './flip-vertical.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import { grey } from './grey.ts';
import { holes } from './holes.ts';
import { hueSaturationValue } from './hue-saturation-value.ts';
import { invert } from './invert.ts';
import { isoNoise } from './iso-noise.ts';
import { jpeg } from './jpeg.ts';
import { motionBlur } from './motion-blur.ts';
import { overlay } from './overlay.ts';
import { perspective } from './perspective.ts';
import { quarterTurn } from './quarter-turn.ts';
import { randomCrop } from './random-crop.ts';
import { rotate } from './rotate.ts';
import { sharpen } from './sharpen.ts';
import { shear } from './shear.ts';
import { shift } from './shift.ts';
import { speckle } from './speckle.ts';

const ALL: readonly Op[] = [
  rotate,
  affine,
  shear,
  shift,
  flipHorizontal,
  flipVertical,
  quarterTurn,
  perspective,
  randomCrop,
  brightnessContrast,
  hueSaturationValue,
  clahe,
  sharpen,
  jpeg,
  downscale,
  gaussianNoise,
  isoNoise,
  speckle,
  motionBlur,
  grey,
  invert,
  holes,
  overlay,
];

export const OPS: ReadonlyMap<string, Op> = new Map(ALL.map((op) => [op.name, op]));
