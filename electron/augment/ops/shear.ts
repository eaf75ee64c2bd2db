import { aboutCentre, moveGrowing } from '../geometry/frame.ts';
import { geometryOp } from '../op.ts';

/** Leans by an angle along x and along y; the canvas grows. */
export const shear = geometryOp(
  'shear',
  {
    x: { unit: '°', minimum: -45, maximum: 45, step: 1, default: [-5, 5] },
    y: { unit: '°', minimum: -45, maximum: 45, step: 1, default: [-5, 5] },
  },
  (frame, { x, y }) => {
    const [kx, ky] = [Math.tan((x * Math.PI) / 180), Math.tan((y * Math.PI) / 180)];
    return moveGrowing(frame, aboutCentre(frame, [1, kx, 0, ky, 1, 0, 0, 0, 1]));
  },
);
