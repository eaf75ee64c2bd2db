/** The curves of one or two runs as series of the line chart. */
import { type Series } from '../../components/charts/index.ts';
import { type RunDetail } from './train.svelte.ts';

export interface CurveWords {
  training: string;
  validation: string;
  trainingOf: (run: number) => string;
  validationOf: (run: number) => string;
}

type Curve = RunDetail['curve'];
const training = (curve: Curve) => curve.map((p) => ({ x: p.step, y: p.loss }));
const validation = (curve: Curve) =>
  curve.filter((p) => p.validationLoss !== null).map((p) => ({ x: p.step, y: p.validationLoss }));

/** The first run's validation solid and its training thin; another run dotted. Empty curves give no series. */
export function curveSeries(runs: readonly Pick<RunDetail, 'id' | 'curve'>[], words: CurveWords): Series[] {
  const [first, ...others] = runs;
  if (!first) return [];
  const named = others.length > 0;
  const series: Series[] = [
    {
      name: named ? words.validationOf(first.id) : words.validation,
      tone: 1,
      points: validation(first.curve),
    },
    {
      name: named ? words.trainingOf(first.id) : words.training,
      tone: 6,
      thin: true,
      points: training(first.curve),
    },
    ...others.flatMap((run): Series[] => [
      { name: words.validationOf(run.id), tone: 2, dash: 'dotted', points: validation(run.curve) },
      { name: words.trainingOf(run.id), tone: 6, dash: 'dotted', thin: true, points: training(run.curve) },
    ]),
  ];
  return series.filter((s) => s.points.length > 0);
}

/** The step of the least validation loss; null where none was measured. */
export function bestStep(curve: Curve): number | null {
  let best: { step: number; loss: number } | null = null;
  for (const { step, validationLoss } of curve)
    if (validationLoss !== null && (best === null || validationLoss < best.loss)) best = { step, loss: validationLoss };
  return best?.step ?? null;
}
