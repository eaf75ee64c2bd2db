/** What a batch is asked for, as the form holds it, and the request that it makes. */
import {
  type Average,
  type Input,
  type Restoration,
  type Route,
  VIEW_COUNT,
  type ViewsOfImage,
} from '../../../electron/contract/contract.ts';
import { type TunedLook } from '../../../electron/contract/tune.ts';

/** The second look keeps its settings while it is off. */
export interface Second {
  on: boolean;
  op: Restoration;
  route: Route;
  /** Names of classes, for routing by classes. */
  classes: string[];
  gate: number;
  /** 0: all. */
  limit: number;
  /** As a share of all images, which a tuned second look may have; 0: all. */
  limitShare: number;
  blend: number;
}

export interface BatchForm {
  folder: string;
  run: number | null;
  out: string;
  views: ViewsOfImage;
  /** Other runs whose answers are averaged with the first one's. */
  more: number[];
  average: Average;
  second: Second;
  /** A folder that several computers share; `of` 1: all of it. */
  shard: { index: number; of: number };
  probabilities: boolean;
  /** Probabilities with the temperature that is stored with each run. */
  calibrated: boolean;
  undecidedBelow: number;
}

export const emptyForm = (): BatchForm => ({
  folder: '',
  run: null,
  out: '',
  views: 'none',
  more: [],
  average: 'probability',
  // Straightening harms no page; the contest's gate and blend.
  second: { on: false, op: 'deskew', route: 'entropy', classes: [], gate: 0.6, limit: 0, limitShare: 0, blend: 1 },
  shard: { index: 1, of: 1 },
  probabilities: false,
  calibrated: true,
  undecidedBelow: 0.6,
});

/** Whether routing asks for classes. */
export const byClasses = (route: Route): boolean => route === 'sum' || route === 'pred';

/** How much longer an image takes than with one run and one view, before any second look. */
export const costOf = (form: Pick<BatchForm, 'views' | 'more'>): number =>
  VIEW_COUNT[form.views] * (form.more.length + 1);

export const formIsWhole = ({ folder, out, run, second }: BatchForm): boolean =>
  folder !== '' && out !== '' && run !== null && !(second.on && byClasses(second.route) && second.classes.length === 0);

/** Null where no run is chosen. */
export function requestOf({ run, second, shard, ...rest }: BatchForm): Input<'batch.start'> | null {
  if (run === null) return null;
  const { on, classes, ...stage } = second;
  return {
    ...rest,
    run,
    stage2: on ? { ...stage, classes: byClasses(stage.route) ? classes : [] } : null,
    shard: shard.of > 1 ? shard : null,
  };
}

/** The form with the looks that a run was tuned to. */
export function withTuned(
  { views, average, stage2 }: TunedLook,
  { second }: Pick<BatchForm, 'second'>,
): Partial<BatchForm> {
  if (!stage2) return { views, average, second: { ...second, on: false } };
  const { op, route, classes, gate, limit, limitShare, blend } = stage2;
  return { views, average, second: { on: true, op, route, classes, gate, limit, limitShare, blend } };
}
