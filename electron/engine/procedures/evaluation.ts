/** Runs against each other, as a page, and their tables out of fold. */
import { calibrationOf } from '../calibration.ts';
import { compareRuns } from '../compare.ts';
import { type Handlers } from '../context.ts';
import { exportOof } from '../oof/export.ts';
import { importOof } from '../oof/import.ts';
import { curvesOf, writeReport } from '../report.ts';
import { tunedOf } from '../study/tune/kept.ts';
import { robustnessOf } from '../robust/index.ts';
import { keepSlices, sliceQueries, sliceTableOf } from '../slices.ts';
import { type evaluationProcedures } from '../../contract/index.ts';

export const evaluation: Pick<Handlers, keyof typeof evaluationProcedures> = {
  'runs.compare': (context, request, { signal }) => compareRuns(context, request, signal),
  'runs.curves': (context, request, { signal }) => curvesOf(context, request, signal),
  'runs.robust': (context, request, { signal }) => robustnessOf(context, request, signal),
  'runs.calibration': (context, request, { signal }) => calibrationOf(context, request, signal),
  'runs.slices': (context, request, { signal }) => sliceTableOf(context, request, signal),
  'slices.list': (context) => ({ queries: sliceQueries(context) }),
  'slices.set': (context, { queries }, { signal }) => keepSlices(context, queries, signal),
  'runs.report': (context, request, { signal }) => writeReport(context, request, signal),
  'runs.tuned': (context, { run }) => ({ tuned: tunedOf(context, run) }),
  'oof.export': (context, request) => exportOof(context, request),
  'oof.import': (context, request, { signal }) => importOof(context, request, signal),
};
