import { aboutCentre, moveGrowing } from '../geometry/frame.ts';
import { turnOf } from '../geometry/matrix.ts';
import { geometryOp } from '../op.ts';

/** A whole number of quarter turns, clockwise; 0 leaves the picture upright. */
export const quarterTurn = geometryOp(
  'quarter-turn',
  { turns: { unit: '', minimum: 0, maximum: 3, step: 1, default: [0, 3], whole: true } },
  (frame, { turns }) => {
    const [cos, sin] = turnOf(90 * turns);
    return moveGrowing(frame, aboutCentre(frame, [cos, -sin, 0, sin, cos, 0, 0, 0, 1]));
  },
);
