import { heightOf, widthOf } from '../geometry/frame.ts';
import { geometryOp } from '../op.ts';

/** A part of the picture, of a share of its area and a change of its aspect. */
export const randomCrop = geometryOp(
  'random-crop',
  {
    area: { unit: '×', minimum: 0.05, maximum: 1, step: 0.01, default: [0.85, 1] },
    ratio: { unit: '×', minimum: 0.5, maximum: 2, step: 0.01, default: [0.85, 1.15] },
  },
  (frame, { area, ratio }, random) => {
    const side = Math.sqrt(area);
    const width = Math.min(1, side * Math.sqrt(ratio)) * widthOf(frame);
    const height = Math.min(1, side / Math.sqrt(ratio)) * heightOf(frame);
    const left = frame.left + random.next() * (widthOf(frame) - width);
    const top = frame.top + random.next() * (heightOf(frame) - height);
    return { ...frame, left, top, right: left + width, bottom: top + height };
  },
);
