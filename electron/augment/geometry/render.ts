/** A frame onto pixels: its canvas scaled into a target, sampled once. */
import { type Raster, type Rect } from '../raster.ts';
import { type Frame, heightOf, widthOf } from './frame.ts';
import { compose, inverse, translation } from './matrix.ts';
import { warp } from './warp.ts';

export interface Room {
  width: number;
  height: number;
  /** `letterbox`: scaled until one side fits, centred; `stretch`: both sides fit. */
  fit: 'letterbox' | 'stretch';
}

export interface Placed {
  /** The canvas without the white around it. */
  raster: Raster;
  /** Where it lies in the room. */
  left: number;
  top: number;
}

/**
 * @param source pixels to sample from
 * @param part the source that the frame speaks of, a rectangle of `source`
 */
export function render(source: Raster, part: Rect, frame: Frame, room: Room): Placed {
  const both = Math.min(room.width / widthOf(frame), room.height / heightOf(frame));
  const [sx, sy] =
    room.fit === 'letterbox' ? [both, both] : [room.width / widthOf(frame), room.height / heightOf(frame)];
  const size = (side: number, most: number) => Math.min(most, Math.max(1, Math.round(side)));
  const width = size(widthOf(frame) * sx, room.width);
  const height = size(heightOf(frame) * sy, room.height);
  const onto = compose([sx, 0, 0, 0, sy, 0, 0, 0, 1], compose(translation(-frame.left, -frame.top), frame.map));
  return {
    raster: warp(source, part, inverse(onto), width, height),
    left: Math.floor((room.width - width) / 2),
    top: Math.floor((room.height - height) / 2),
  };
}
