import { type Frame, cornersOf, heightOf, moveGrowing, widthOf } from '../geometry/frame.ts';
import { type Matrix, compose, type Quad, squareToQuad, translation } from '../geometry/matrix.ts';
import { geometryOp } from '../op.ts';

/** The canvas onto the unit square. */
const toSquare = (frame: Frame): Matrix =>
  compose([1 / widthOf(frame), 0, 0, 0, 1 / heightOf(frame), 0, 0, 0, 1], translation(-frame.left, -frame.top));

/** Seen from aside: every corner moves by up to `strength` of the side, each by itself; the canvas grows. */
export const perspective = geometryOp(
  'perspective',
  { strength: { unit: '×', minimum: 0, maximum: 0.25, step: 0.01, default: [0.02, 0.06] } },
  (frame, { strength }, random) => {
    const move = ([x, y]: readonly [number, number]): [number, number] => [
      x + random.between(-strength, strength) * widthOf(frame),
      y + random.between(-strength, strength) * heightOf(frame),
    ];
    const [a, b, c, d] = cornersOf(frame);
    const corners: Quad = [move(a), move(b), move(c), move(d)];
    return moveGrowing(frame, compose(squareToQuad(corners), toSquare(frame)));
  },
);
