/**
 * What Assay knows of a backbone. It is written into the file's own metadata (key `assay.backbone`), so a backbone is
 * one ONNX file and nothing beside it.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AssayError, type BackboneInfo } from '../../contract/index.ts';
import { readMetadata, writeMetadata } from '../../onnx/index.ts';

const three = z.tuple([z.number(), z.number(), z.number()]);

/** How pixels become the network's input: value / 255, minus mean, through std, in the order of the channels fed. */
export const preprocessing = z.object({
  colour: z.enum(['RGB', 'BGR']),
  mean: three,
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
});
export type Preprocessing = z.infer<typeof preprocessing>;

/**
 * A tensor of the network as features of an image:
 * `map` [N, C, h, w] and `map-last` [N, h, w, C] averaged over space, `tokens` [N, T, C] averaged over tokens,
 * `class-token` the first of [N, T, C], `vector` [N, C] as it is.
 */
export const tap = z.object({
  name: z.string(),
  kind: z.enum(['map', 'map-last', 'tokens', 'class-token', 'vector']),
  channels: z.number().int().positive(),
  /** Input pixels a position of the map; null where that means nothing. */
  stride: z.number().nullable(),
});
export type Tap = z.infer<typeof tap>;

export const backboneSpec = z.object({
  title: z.string(),
  about: z.string(),
  licence: z.string(),
  input: z.object({
    name: z.string(),
    layout: z.enum(['NCHW', 'NHWC']),
    type: z.enum(['float32', 'float16', 'uint8']),
    /** The only batch size that it takes; null where any serves. */
    batch: z.number().int().positive().nullable(),
  }),
  /** Side in pixels that it was made for. */
  nativeSize: z.number().int().positive(),
  /** The only side that it takes; null where any multiple of `multiple` serves. */
  fixedSize: z.number().int().positive().nullable(),
  multiple: z.number().int().positive(),
  preprocessing,
  /** What may be tapped, in the order of the graph. */
  taps: z.array(tap).min(1),
  /** Names of the taps that are pooled and concatenated by default. */
  depths: z.array(z.string()).min(1),
  /** Names of the taps of the last level alone. */
  last: z.array(z.string()).min(1),
});
export type BackboneSpec = z.infer<typeof backboneSpec>;

export interface BackboneFile {
  path: string;
  /** SHA-256 of the file, hexadecimal. */
  hash: string;
  bytes: number;
  spec: BackboneSpec;
}

/** Which taps make the feature vector. */
export type TapChoice = 'depths' | 'last';

const KEY = 'assay.backbone';

/** The file with the specification in its metadata, and the metadata that other programs understand. */
export function writeSpec(bytes: Uint8Array, spec: BackboneSpec): Uint8Array {
  const { nativeSize, fixedSize, multiple, input } = spec;
  return writeMetadata(bytes, {
    [KEY]: JSON.stringify(backboneSpec.parse(spec)),
    'assay.preprocessing': JSON.stringify({
      size: nativeSize,
      dynamic: fixedSize === null,
      multipleOf: multiple,
      layout: input.layout,
      range: '0..1',
      ...spec.preprocessing,
    }),
    'assay.licence': spec.licence,
  });
}

/** @throws AssayError `model/not-onnx`; `model/preprocessing` where the file was not prepared by Assay. */
export function readSpec(bytes: Uint8Array, subject: string): BackboneSpec {
  const text = readMetadata(bytes, subject).get(KEY);
  const found = text === undefined ? undefined : backboneSpec.safeParse(parseJson(text));
  if (!found?.success)
    throw new AssayError('model/preprocessing', {
      subject,
      values: { reason: found ? z.prettifyError(found.error) : 'it was not prepared by Assay' },
    });
  return found.data;
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The taps of a choice, in the order of the graph. */
export function tapsOf(spec: BackboneSpec, choice: TapChoice): Tap[] {
  const names = choice === 'depths' ? spec.depths : spec.last;
  return spec.taps.filter((tap) => names.includes(tap.name));
}

/** Length of the feature vector. */
export const featuresOf = (spec: BackboneSpec, choice: TapChoice): number =>
  tapsOf(spec, choice).reduce((sum, tap) => sum + tap.channels, 0);

/**
 * The side at which a backbone is run: the one asked for, rounded to what the network takes; its native one where none
 * is asked for.
 */
export function sizeFor(
  spec: Pick<BackboneSpec, 'nativeSize' | 'fixedSize' | 'multiple'>,
  asked?: number | null,
): number {
  if (spec.fixedSize !== null) return spec.fixedSize;
  return Math.max(1, Math.round((asked ?? spec.nativeSize) / spec.multiple)) * spec.multiple;
}

/** What a door shows of a backbone. */
export function infoOf(name: string, origin: BackboneInfo['origin'], bytes: number, spec: BackboneSpec): BackboneInfo {
  const { title, about, licence, nativeSize, fixedSize, multiple } = spec;
  const taps = spec.taps.map(({ name: tapName, channels, stride }) => ({ name: tapName, channels, stride }));
  return {
    ...{ name, title, origin, about, licence, nativeSize, fixedSize, multiple, taps, bytes },
    features: featuresOf(spec, 'depths'),
  };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
