import { heightOf, moveWithin, widthOf } from '../geometry/frame.ts';
import { translation } from '../geometry/matrix.ts';
import { geometryOp } from '../op.ts';

/** Moves the picture on its canvas; what leaves it is lost, what comes in is white. */
export const shift = geometryOp(
  'shift',
  {
    x: { unit: '%', minimum: -50, maximum: 50, step: 1, default: [-3, 3] },
    y: { unit: '%', minimum: -50, maximum: 50, step: 1, default: [-3, 3] },
  },
  (frame, { x, y }) => moveWithin(frame, translation((x / 100) * widthOf(frame), (y / 100) * heightOf(frame))),
);
