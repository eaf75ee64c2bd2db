/**
 * A frame is geometry before any pixel was touched: a map from the source's plane to a canvas, and the canvas'
 * rectangle. Ops turn frames into frames; the last one is resampled once (warp.ts). What lies on the canvas and outside
 * the source is white.
 */
import { type Matrix, about, compose, IDENTITY, mapPoint, type Quad } from './matrix.ts';

export interface Frame {
  /** From the source's pixels (edges at whole numbers, the top left corner is 0, 0) to the canvas. */
  map: Matrix;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A source of this size, as it is. */
export const frameOf = (width: number, height: number): Frame => ({
  map: IDENTITY,
  left: 0,
  top: 0,
  right: width,
  bottom: height,
});

export const widthOf = (frame: Frame): number => frame.right - frame.left;
export const heightOf = (frame: Frame): number => frame.bottom - frame.top;

export const cornersOf = ({ left, top, right, bottom }: Frame): Quad => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

/** Maps the canvas and lets it grow to what it became, so that nothing is cut off. */
export function moveGrowing(frame: Frame, map: Matrix): Frame {
  const corners = cornersOf(frame).map(([x, y]) => mapPoint(map, x, y));
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return {
    map: compose(map, frame.map),
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

/** Maps the content under a canvas that stays where it is: what leaves it is lost, what comes in is white. */
export const moveWithin = (frame: Frame, map: Matrix): Frame => ({ ...frame, map: compose(map, frame.map) });

/** `linear` about the centre of the canvas. */
export const aboutCentre = (frame: Frame, linear: Matrix): Matrix =>
  about((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2, linear);
