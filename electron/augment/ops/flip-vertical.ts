import { aboutCentre, moveWithin } from '../geometry/frame.ts';
import { geometryOp } from '../op.ts';

/** Top and bottom change places. Text becomes mirrored text. */
export const flipVertical = geometryOp('flip-vertical', {}, (frame) =>
  moveWithin(frame, aboutCentre(frame, [1, 0, 0, 0, -1, 0, 0, 0, 1])),
);
