import { aboutCentre, moveWithin } from '../geometry/frame.ts';
import { geometryOp } from '../op.ts';

/** Left and right change places. Text becomes mirrored text. */
export const flipHorizontal = geometryOp('flip-horizontal', {}, (frame) =>
  moveWithin(frame, aboutCentre(frame, [-1, 0, 0, 0, 1, 0, 0, 0, 1])),
);
