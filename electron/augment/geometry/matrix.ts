/** 3 × 3 matrices of plane maps, row by row: x' = (a x + b y + c) / (g x + h y + i). */

export type Matrix = readonly [number, number, number, number, number, number, number, number, number];

export const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** First `m`, then `then`. */
export function compose(then: Matrix, m: Matrix): Matrix {
  const [a, b, c, d, e, f, g, h, i] = then;
  const [A, B, C, D, E, F, G, H, I] = m;
  return [
    a * A + b * D + c * G,
    a * B + b * E + c * H,
    a * C + b * F + c * I,
    d * A + e * D + f * G,
    d * B + e * E + f * H,
    d * C + e * F + f * I,
    g * A + h * D + i * G,
    g * B + h * E + i * H,
    g * C + h * F + i * I,
  ];
}

/** Inverse up to a factor (a plane map does not change with it). Throws RangeError for a map that flattens the plane. */
export function inverse([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const A = e * i - f * h;
  const B = f * g - d * i;
  const C = d * h - e * g;
  const determinant = a * A + b * B + c * C;
  if (Math.abs(determinant) < 1e-12) throw new RangeError('a map without inverse');
  const k = 1 / determinant;
  return [
    A * k,
    (c * h - b * i) * k,
    (b * f - c * e) * k,
    B * k,
    (a * i - c * g) * k,
    (c * d - a * f) * k,
    C * k,
    (b * g - a * h) * k,
    (a * e - b * d) * k,
  ];
}

export const translation = (x: number, y: number): Matrix => [1, 0, x, 0, 1, y, 0, 0, 1];

/** `m` with (x, y) as its fixed centre. */
export const about = (x: number, y: number, m: Matrix): Matrix =>
  compose(translation(x, y), compose(m, translation(-x, -y)));

export function mapPoint([a, b, c, d, e, f, g, h, i]: Matrix, x: number, y: number): [number, number] {
  const w = g * x + h * y + i;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** Cosine and sine of an angle in degrees, exact at quarter turns so that those move whole pixels. */
export function turnOf(degrees: number): [number, number] {
  const quarter = degrees / 90;
  if (Number.isInteger(quarter)) {
    const exact: [number, number][] = [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ];
    return exact[((quarter % 4) + 4) % 4] ?? [1, 0];
  }
  const radians = (degrees * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}

type Point = readonly [number, number];
export type Quad = readonly [Point, Point, Point, Point];

/** The map of the unit square (0,0) (1,0) (1,1) (0,1) onto a convex quadrangle (Heckbert 1989, section 2.2.3). */
export function squareToQuad([[x0, y0], [x1, y1], [x2, y2], [x3, y3]]: Quad): Matrix {
  const dx1 = x1 - x2;
  const dx2 = x3 - x2;
  const sx = x0 - x1 + x2 - x3;
  const dy1 = y1 - y2;
  const dy2 = y3 - y2;
  const sy = y0 - y1 + y2 - y3;
  const determinant = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / determinant;
  const h = (dx1 * sy - sx * dy1) / determinant;
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
}
