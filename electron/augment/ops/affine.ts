import { aboutCentre, heightOf, moveGrowing, moveWithin, widthOf } from '../geometry/frame.ts';
import { compose, translation, turnOf } from '../geometry/matrix.ts';
import { geometryOp } from '../op.ts';

/** Turn, lean, shift and size in one draw. The canvas grows with turn and lean, not with shift and size. */
export const affine = geometryOp(
  'affine',
  {
    angle: { unit: '°', minimum: -180, maximum: 180, step: 1, default: [-15, 15] },
    shear: { unit: '°', minimum: -45, maximum: 45, step: 1, default: [-5, 5] },
    shift: { unit: '%', minimum: 0, maximum: 50, step: 1, default: [0, 3] },
    scale: { unit: '×', minimum: 0.25, maximum: 4, step: 0.01, default: [1, 1] },
  },
  (frame, { angle, shear, shift, scale }, random) => {
    const [cos, sin] = turnOf(angle);
    const lean = Math.tan((shear * Math.PI) / 180);
    const linear = compose([1, lean, 0, 0, 1, 0, 0, 0, 1], [cos, -sin, 0, sin, cos, 0, 0, 0, 1]);
    const grown = moveGrowing(frame, aboutCentre(frame, linear));
    // `shift` is how far, the stream says where to.
    const direction = random.between(0, 2 * Math.PI);
    const sized = moveWithin(grown, aboutCentre(grown, [scale, 0, 0, 0, scale, 0, 0, 0, 1]));
    return moveWithin(
      sized,
      translation(
        (shift / 100) * Math.cos(direction) * widthOf(frame),
        (shift / 100) * Math.sin(direction) * heightOf(frame),
      ),
    );
  },
);
