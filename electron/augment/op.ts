/**
 * What an augmentation op is. One file an op in ops/: a name, its parameters with unit, range and default, and a pure
 * function of (image, drawn values, a stream of its own). `ops/index.ts` is the table.
 */
import { type Random } from '../contract/index.ts';
import { type Frame } from './geometry/frame.ts';
import { type Raster } from './raster.ts';

export interface Parameter {
  /** As shown: '°', '%' (of the side), 'px', 'levels' (of 255), '×'; empty for plain numbers. */
  unit: string;
  minimum: number;
  maximum: number;
  step: number;
  /** Low and high end of the range that values are drawn from. */
  default: readonly [number, number];
  /** Whole numbers only, both ends included. */
  whole?: boolean;
}

type Parameters = Record<string, Parameter>;
type ValuesOf<P extends Parameters> = { readonly [K in keyof P]: number };
export type Values = Readonly<Record<string, number>>;

/** What a pixel op may use besides its image. */
export interface Tools {
  /** The op's own stream, a function of (seed, epoch, image, op). */
  random: Random;
  /** Through a JPEG and back; quality 1-100. */
  jpeg(image: Raster, quality: number): Promise<Raster>;
  /** Another image of the training fold, chosen with this stream; null where there is none. */
  pool(random: Random): Promise<Raster | null>;
}

interface Named {
  name: string;
  parameters: Parameters;
}

/** Changes where pixels lie. All geometry of a policy is composed and resampled once. */
export interface GeometryOp extends Named {
  kind: 'geometry';
  apply(frame: Frame, values: Values, random: Random): Frame;
}

/** Changes pixels; may write into the image that it was given and return it. */
export interface PixelOp extends Named {
  kind: 'pixels';
  apply(image: Raster, values: Values, tools: Tools): Raster | Promise<Raster>;
}

export type Op = GeometryOp | PixelOp;

export const geometryOp = <const P extends Parameters>(
  name: string,
  parameters: P,
  apply: (frame: Frame, values: ValuesOf<P>, random: Random) => Frame,
): GeometryOp => ({
  kind: 'geometry',
  name,
  parameters,
  // The sampler gives every declared parameter a value.
  apply: (frame, values, random) => apply(frame, values as ValuesOf<P>, random),
});

export const pixelOp = <const P extends Parameters>(
  name: string,
  parameters: P,
  apply: (image: Raster, values: ValuesOf<P>, tools: Tools) => Raster | Promise<Raster>,
): PixelOp => ({
  kind: 'pixels',
  name,
  parameters,
  apply: (image, values, tools) => apply(image, values as ValuesOf<P>, tools),
});
