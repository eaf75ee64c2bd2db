/** A policy on one image: geometry first, composed and resampled once, then the pixel ops in the policy's order. */
import { type Policy } from '../contract/index.ts';
import { frameOf } from './geometry/frame.ts';
import { type Placed, render } from './geometry/render.ts';
import { type Tools, type Values } from './op.ts';
import { type Raster, type Rect, crop, onWhite } from './raster.ts';
import { type DrawKey, drawPolicy } from './sampler.ts';

export interface Applied extends Raster {
  /** What was drawn, in the order of the policy; empty where the image is as it came. */
  parameters: { op: string; values: Record<string, number> }[];
}

export interface ApplyOptions {
  /** The picture without its white padding (as `loadPixels` reports it); the whole raster where left out. */
  content?: Rect;
  /** How the picture fills the size: as it was loaded. Default `letterbox`. */
  fit?: 'letterbox' | 'stretch';
}

const whole = ({ width, height }: Raster): Rect => ({ left: 0, top: 0, width, height });

/**
 * Size in = size out. Ops never touch the padding: noise, contrast and holes are the picture's, the ground stays white.
 * With nothing drawn the bytes are those that came in. The same key gives the same bytes, wherever it runs.
 */
export async function applyDrawn(
  image: Raster,
  policy: Policy,
  key: DrawKey,
  tools: Omit<Tools, 'random'>,
  options: ApplyOptions = {},
): Promise<Applied> {
  const drawn = drawPolicy(policy, key);
  if (drawn.length === 0) return { ...image, parameters: [] };
  const content = options.content ?? whole(image);
  const placed = place(image, content, drawn, options.fit ?? 'letterbox');
  let picture = placed.raster;
  for (const { op, values, random } of drawn) {
    if (op.kind === 'pixels') picture = await op.apply(picture, values, { ...tools, random });
  }
  const { data, width, height } = onWhite(picture, image.width, image.height, placed.left, placed.top);
  return { data, width, height, parameters: drawn.map(({ op, values }) => ({ op: op.name, values: rounded(values) })) };
}

function place(
  image: Raster,
  content: Rect,
  drawn: ReturnType<typeof drawPolicy>,
  fit: 'letterbox' | 'stretch',
): Placed {
  let frame = frameOf(content.width, content.height);
  let moved = false;
  for (const { op, values, random } of drawn) {
    if (op.kind !== 'geometry') continue;
    frame = op.apply(frame, values, random);
    moved = true;
  }
  if (!moved) return { raster: crop(image, content), left: content.left, top: content.top };
  return render(image, content, frame, { width: image.width, height: image.height, fit });
}

/** For people: four significant places say enough. */
const rounded = (values: Values): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(4))]));
