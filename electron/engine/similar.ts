/** Pictures that are alike, by the features of the newest run. */
import { type Output } from '../contract/index.ts';
import { type EngineContext, projectOf } from './context.ts';
import { workingImages } from './features.ts';

interface Space {
  backbone: string;
  features: { path: string; length: number }[];
}

/** The features that comparisons use: those of the newest run that kept some; null before the first training. */
function spaceOf(context: EngineContext): Space | null {
  const { runs } = projectOf(context).catalogue;
  for (const run of runs.list()) {
    const features = runs.extra(run.id).features as Space['features'] | undefined;
    if (run.state === 'done' && features) return { backbone: run.backbones.join(' + '), features };
  }
  return null;
}

async function nearest(
  context: EngineContext,
  ids: readonly number[],
  count: number,
  signal: AbortSignal,
): Promise<{ id: number; similarity: number }[] | null> {
  const space = spaceOf(context);
  if (!space) return null;
  const images = await workingImages(context, signal);
  const wanted = new Set(ids);
  const { rows } = await context.interactive.run(
    'similar',
    {
      features: space.features,
      hashes: images.map((image) => image.hash ?? ''),
      queries: images.flatMap((image, i) => (wanted.has(image.id) ? [i] : [])),
      count,
    },
    { signal },
  );
  return rows.map(({ row, similarity }) => ({ id: images[row]?.id ?? 0, similarity }));
}

export async function neighboursOf(
  context: EngineContext,
  ids: readonly number[],
  count: number,
  signal: AbortSignal,
): Promise<Output<'images.similar'>> {
  const found = await nearest(context, ids, count, signal);
  if (!found) return { backbone: null, neighbours: [] };
  const { catalogue } = projectOf(context);
  const tiles = new Map(catalogue.tiles(found.map((n) => n.id)).map((tile) => [tile.id, tile]));
  return {
    backbone: spaceOf(context)?.backbone ?? null,
    neighbours: found.flatMap(({ id, similarity }) => {
      const tile = tiles.get(id);
      return tile ? [{ tile, similarity }] : [];
    }),
  };
}

/** What `similar:#1234` of the query language asks: the image itself, then its neighbours. */
export function similarResolver(context: EngineContext) {
  return async (image: number, signal?: AbortSignal): Promise<number[] | null> => {
    const found = await nearest(context, [image], 500, signal ?? new AbortController().signal);
    return found && [image, ...found.map((n) => n.id)];
  };
}
