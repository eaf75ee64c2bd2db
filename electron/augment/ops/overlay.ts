import { frameOf, moveGrowing, aboutCentre } from '../geometry/frame.ts';
import { turnOf } from '../geometry/matrix.ts';
import { render } from '../geometry/render.ts';
import { type Tools, pixelOp } from '../op.ts';
import { type Raster, onWhite } from '../raster.ts';

/** Chance that the page shines through itself instead of another one. */
const SELF = 0.6;

/** The other page: turned by quarters, scaled a little, fitted onto a white ground of the image's size. */
async function otherPage(image: Raster, { random, pool }: Tools): Promise<Raster> {
  const self = random.next() < SELF;
  const turns = random.int(4);
  const scale = random.between(0.9, 1.1);
  const page = (self ? null : await pool(random)) ?? image;
  const [cos, sin] = turnOf(90 * turns);
  const frame = frameOf(page.width, page.height);
  const turned = moveGrowing(
    frame,
    aboutCentre(frame, [cos * scale, -sin * scale, 0, sin * scale, cos * scale, 0, 0, 0, 1]),
  );
  // Scaling up must cut, not shrink back: the canvas keeps the size it has at scale 1.
  const [x, y] = [(turned.left + turned.right) / 2, (turned.top + turned.bottom) / 2];
  const [w, h] = turns % 2 === 0 ? [page.width, page.height] : [page.height, page.width];
  const framed = { ...turned, left: x - w / 2, right: x + w / 2, top: y - h / 2, bottom: y + h / 2 };
  const { raster, left, top } = render(page, { left: 0, top: 0, width: page.width, height: page.height }, framed, {
    width: image.width,
    height: image.height,
    fit: 'letterbox',
  });
  return onWhite(raster, image.width, image.height, left, top);
}

/**
 * The next page shines through: image + alpha × page, clipped, so that it brightens. The page is the image itself in
 * six of ten draws, otherwise another image of the training fold.
 */
export const overlay = pixelOp(
  'overlay',
  { alpha: { unit: '×', minimum: 0, maximum: 0.5, step: 0.01, default: [0.06, 0.14] } },
  async (image, { alpha }, tools) => {
    const page = await otherPage(image, tools);
    const out = new Uint8ClampedArray(image.data.length);
    for (let i = 0; i < out.length; i++) out[i] = (image.data[i] as number) + alpha * (page.data[i] as number);
    return { data: new Uint8Array(out.buffer), width: image.width, height: image.height };
  },
);
