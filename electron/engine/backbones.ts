/** The backbones of a project: built-in ones from the program's cache, added ones from the project's own folder. */
import { join } from 'node:path';
import { AssayError, type BackboneInfo } from '../contract/index.ts';
import { type BackboneFile, builtInBackbones } from '../embeddings/names.ts';
import { type EngineContext } from './context.ts';

/** Built-in ones first, then the project's. */
export function allBackbones(context: EngineContext): BackboneInfo[] {
  const own = context.project?.catalogue.backbones.list().map(({ info }) => info) ?? [];
  return [...builtInBackbones(), ...own];
}

/** Throws `model/unknown`, naming those that are there. */
export function backboneNamed(context: EngineContext, name: string): BackboneInfo {
  const all = allBackbones(context);
  const found = all.find((backbone) => backbone.name === name);
  if (!found)
    throw new AssayError('model/unknown', { subject: name, values: { known: all.map((b) => b.name).join(', ') } });
  return found;
}

/**
 * The backbone as a file, converted where it is needed for the first time. Throws `model/unknown`.
 * @param seed of starting weights, for networks that have no others
 */
export async function backboneFile(
  context: EngineContext,
  name: string,
  signal?: AbortSignal,
  seed = 1,
): Promise<BackboneFile> {
  const own = context.project?.catalogue.backbones.get(name);
  if (own && context.project) return { ...(own.spec as BackboneFile), path: join(context.project.path, own.file) };
  backboneNamed(context, name);
  const resources = process.env.ASSAY_RESOURCES;
  return context.compute.run(
    'prepare',
    { name, seed, cache: join(context.places.cache, 'backbones'), ...(resources ? { resources } : {}) },
    { signal },
  );
}
