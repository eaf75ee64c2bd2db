/** Whom "label all like this" would touch, told before it writes. */
import { type Tile } from '../../../electron/contract/words.ts';

export interface Neighbour {
  tile: Tile;
  similarity: number;
}
export interface Reach {
  /** Within reach at all. */
  within: Neighbour[];
  /** Ids that would change. */
  change: number[];
  already: number;
  /** Labelled otherwise: left alone unless asked for. */
  labelled: number;
  /** In the test split: never relabelled in bulk. */
  test: number;
}

/** Neighbours from a similarity on. The test split is left out, and other labels unless `relabel`. */
export function reach(neighbours: readonly Neighbour[], least: number, to: number | null, relabel: boolean): Reach {
  const within = neighbours.filter((n) => n.similarity >= least);
  const already = within.filter(({ tile }) => tile.class === to).length;
  const others = within.filter(({ tile }) => tile.class !== to);
  const test = others.filter(({ tile }) => tile.split === 'test');
  const free = others.filter(({ tile }) => tile.split !== 'test');
  const labelled = free.filter(({ tile }) => tile.class !== null);
  const change = relabel ? free : free.filter(({ tile }) => tile.class === null);
  return {
    within,
    change: to === null ? [] : change.map(({ tile }) => tile.id),
    already,
    labelled: labelled.length,
    test: test.length,
  };
}
