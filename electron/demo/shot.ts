/** The camera's view of a page: where it lies, on what, in which light. Drawn first, exposed by expose.ts. */
import { type Desk, drawDesk } from './desk.ts';
import { type Quad, turnedQuad } from './homography.ts';
import { type Sheet } from './layouts/index.ts';
import { type Draw } from './random.ts';

export interface Light {
  /** Per channel: the lamp's colour and the exposure. */
  gain: readonly [number, number, number];
  /** Fall across the frame, per frame width and height. */
  slopeX: number;
  slopeY: number;
  vignette: number;
  /** A soft shadow's edge across the frame: darkens by `depth` where cos·x + sin·y > at, in frame units. */
  shade: { depth: number; cos: number; sin: number; at: number; soft: number } | null;
}

export interface Shot {
  width: number;
  height: number;
  /** The page's corners in the frame. */
  quad: Quad;
  /** null: what is outside the page is the scanner's lid. */
  desk: Desk | null;
  lid: number;
  light: Light;
  /** The page's own shadow on the desk: offset and softness in pixels. */
  cast: { dx: number; dy: number; soft: number; depth: number };
  /** Folds across the page: position as a share of its height or width, and depth. */
  folds: { along: 'x' | 'y'; at: number; depth: number }[];
  /** The page bulges by this many page pixels in its middle. */
  bend: number;
  /** Standard deviation of the sensor's noise, 0-255. */
  noise: number;
  blur: number;
  /** A photocopy: no colour, hard contrast. */
  grey: boolean;
  specks: number;
}

/** The longer side: 512-753 pixels with a mean near 596, as in the contest's training images. */
export function longSide(r: Draw, top: number): number {
  return Math.round(512 + (top - 512) * r.unit() ** 1.85);
}

/** No texture: the copier's white. */
const PAPER_TILE = new Uint8Array(256 * 256).fill(128);

const FLAT: Light = { gain: [1, 1, 1], slopeX: 0, slopeY: 0, vignette: 0, shade: null };
const STILL = {
  cast: { dx: 0, dy: 0, soft: 1, depth: 0 },
  folds: [],
  bend: 0,
  specks: 0,
  grey: false,
  blur: 0,
  lid: 255,
};

export function drawShot(r: Draw, sheet: Sheet, top: number): Shot {
  const long = longSide(r, top);
  if (sheet.kind === 'picture') return picture(r, sheet, long);
  if (sheet.kind === 'card')
    return r.weighted([
      [photo, 66],
      [closeUp, 18],
      [copied, 16],
    ])(r, sheet, long);
  return r.weighted([
    [scan, 40],
    [photo, 42],
    [closeUp, 18],
  ])(r, sheet, long);
}

/** A flat-bed scan or a file printed to an image: square, bright, all but clean. */
function scan(r: Draw, { page }: Sheet, long: number): Shot {
  const [width, height] = frame(page.width, page.height, long);
  const digital = r.chance(0.25);
  const scale = width / page.width;
  const tilt = digital ? 0 : r.bell() * 0.8;
  const grow = digital ? 1 : r.real(0.975, 1.03);
  const cx = width / 2 + (digital ? 0 : r.bell() * width * 0.008);
  const cy = height / 2 + (digital ? 0 : r.bell() * height * 0.008);
  const gain = digital ? 1 : r.real(0.95, 1.03);
  return {
    ...STILL,
    width,
    height,
    quad: turnedQuad(cx, cy, page.width * scale * grow, page.height * scale * grow, tilt),
    desk: null,
    lid: r.pick([255, 248, 240, 225, 60]),
    light: { ...FLAT, gain: [gain, gain, gain * r.real(0.98, 1.01)], slopeX: digital ? 0 : r.bell() * 0.02 },
    noise: digital ? 0 : r.real(0.8, 4),
    blur: r.chance(0.2) ? r.real(0.35, 0.7) : 0,
    grey: !digital && r.chance(0.16),
    specks: digital ? 0 : r.int(0, 14),
    folds: digital ? [] : drawFolds(r, 0.12, 0.05),
  };
}

/** A card on the glass of a copier: somewhere on the upper half of a white sheet. */
function copied(r: Draw, { page }: Sheet, long: number): Shot {
  const width = Math.round(long * 0.707);
  const scale = (width * r.real(0.46, 0.74)) / Math.max(page.width, page.height * 0.8);
  const w = page.width * scale;
  const h = page.height * scale;
  const cx = width / 2 + r.bell() * width * 0.05;
  const cy = Math.max(h / 2 + 8, long * r.real(0.22, 0.5));
  return {
    ...STILL,
    width,
    height: long,
    quad: turnedQuad(cx, cy, w, h, r.bell() * 2),
    desk: { tile: PAPER_TILE, base: [252, 252, 252], depth: 0, zoom: 1, degrees: 0 },
    cast: { dx: r.real(-1.5, 1.5), dy: r.real(0, 2), soft: r.real(2, 5), depth: r.real(0.2, 0.5) },
    light: { ...FLAT, gain: [1, 1, r.real(0.98, 1)], slopeX: r.bell() * 0.02 },
    noise: r.real(1, 4),
    grey: r.chance(0.55),
    specks: r.int(0, 20),
  };
}

/** A photograph with the whole page in sight, on a desk. */
function photo(r: Draw, { page, kind }: Sheet, long: number): Shot {
  const card = kind === 'card';
  const upright = page.height > page.width;
  const flip = card && r.chance(0.18);
  const ratio = r.weighted([
    [0.75, 6],
    [0.8, 1],
    [0.6667, 2],
    [0.5625, 1],
  ]);
  const [width, height] = upright !== flip ? [Math.round(long * ratio), long] : [long, Math.round(long * ratio)];
  const fit = Math.min(width / page.width, height / page.height) * (card ? r.real(0.7, 0.95) : r.real(0.84, 0.98));
  const turn = card ? r.bell() * 5 : r.bell() * 2.6;
  const flat = turnedQuad(
    width / 2 + r.bell() * width * 0.018,
    height / 2 + r.bell() * height * 0.018,
    page.width * fit,
    page.height * fit,
    turn,
  );
  return {
    ...handHeld(r, width, height, keystone(r, flat, card ? 0.02 : 0.03)),
    desk: drawDesk(r),
    bend: card ? 0 : drawBend(r),
    ...(card ? { folds: [] } : {}),
  };
}

/** A photograph so close that the page's edges are outside the frame, or nearly. */
function closeUp(r: Draw, { page }: Sheet, long: number): Shot {
  const [width, height] = frame(page.width, page.height, long);
  const grow = r.real(1.0, 1.07);
  const flat = turnedQuad(width / 2, height / 2, width * grow, height * grow, r.bell() * 1.3);
  return { ...handHeld(r, width, height, keystone(r, flat, 0.018)), desk: drawDesk(r), bend: drawBend(r) * 0.6 };
}

/** A picture of a car or a screen: no edge may show, so it is cut in. */
function picture(r: Draw, { page }: Sheet, long: number): Shot {
  const [width, height] = frame(page.width, page.height, long);
  const tilt = r.bell() * 2.2;
  const grow = 1.03 + Math.abs(tilt) * 0.022 + r.real(0, 0.08);
  const flat = turnedQuad(width / 2, height / 2, width * grow, height * grow, tilt);
  const shot = handHeld(r, width, height, keystone(r, flat, 0.012));
  return { ...shot, desk: null, lid: 20, folds: [], noise: r.real(1, 7) };
}

function frame(w: number, h: number, long: number): [number, number] {
  return w > h ? [long, Math.round((long * h) / w)] : [Math.round((long * w) / h), long];
}

function handHeld(r: Draw, width: number, height: number, quad: Quad): Shot {
  const angle = r.real(0, Math.PI * 2);
  const exposure = r.real(0.84, 1.05);
  const warm = r.bell() * 0.035;
  return {
    ...STILL,
    width,
    height,
    quad,
    desk: null,
    light: {
      gain: [exposure * (1 + warm), exposure, exposure * (1 - warm * 1.2)],
      slopeX: r.bell() * 0.09,
      slopeY: r.bell() * 0.09,
      vignette: r.real(0, 0.22),
      shade: r.chance(0.3)
        ? {
            depth: r.real(0.1, 0.32),
            cos: Math.cos(angle),
            sin: Math.sin(angle),
            at: r.real(0.05, 0.4),
            soft: r.real(0.06, 0.3),
          }
        : null,
    },
    cast: { dx: r.real(-7, 7), dy: r.real(1, 8), soft: r.real(5, 16), depth: r.real(0.25, 0.6) },
    folds: drawFolds(r, 0.3, 0.13),
    noise: r.real(1.5, 6.5),
    blur: r.chance(0.35) ? r.real(0.35, 0.85) : 0,
  };
}

function drawFolds(r: Draw, chance: number, depth: number): Shot['folds'] {
  if (!r.chance(chance)) return [];
  const folds: Shot['folds'] = [];
  const places = r.pick([[0.5], [0.333, 0.667], [0.5, 0.5]]);
  places.forEach((at, i) =>
    folds.push({
      along: places[0] === places[1] && i === 1 ? 'y' : 'x',
      at: at + r.bell() * 0.008,
      depth: depth * r.real(0.4, 1),
    }),
  );
  return folds;
}

const drawBend = (r: Draw) => (r.chance(0.3) ? r.bell() * 8 : 0);

/** Each corner moved by up to `share` of the page's size: the camera is not quite above the page. */
function keystone(r: Draw, quad: Quad, share: number): Quad {
  const size = Math.hypot(quad[2][0] - quad[0][0], quad[2][1] - quad[0][1]);
  const move = ([x, y]: readonly [number, number]) =>
    [x + r.bell() * size * share * 0.5, y + r.bell() * size * share * 0.5] as const;
  return [move(quad[0]), move(quad[1]), move(quad[2]), move(quad[3])];
}
