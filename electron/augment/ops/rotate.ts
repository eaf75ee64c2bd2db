import { aboutCentre, moveGrowing } from '../geometry/frame.ts';
import { turnOf } from '../geometry/matrix.ts';
import { geometryOp } from '../op.ts';

/** Turns about the centre, clockwise for positive angles; the canvas grows, so that no corner is lost. */
export const rotate = geometryOp(
  'rotate',
  { angle: { unit: '°', minimum: -180, maximum: 180, step: 1, default: [-10, 10] } },
  (frame, { angle }) => {
    const [cos, sin] = turnOf(angle);
    return moveGrowing(frame, aboutCentre(frame, [cos, -sin, 0, sin, cos, 0, 0, 0, 1]));
  },
);
