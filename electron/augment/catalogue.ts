/** What ops and presets there are, and whether a policy is valid. No native code: the engine loads this file by itself. */
import { type OpInfo, type Policy } from '../contract/index.ts';
import { OPS } from './ops/index.ts';
import { checkPolicy } from './check.ts';
import { DEGRADED_TWIN, PRESETS } from './presets.ts';

export { checkPolicy } from './check.ts';
export { contestFor, DOCUMENT_CONTEST } from './contest.ts';
export { checkPlan, groupOf, planFor, policyFor, type PoolImage, poolOf } from './plan.ts';
export { DEGRADED_TWIN, PRESETS } from './presets.ts';

/** Every op and every preset, with each op's ranges filled in. */
export function augmentCatalogue(): { ops: OpInfo[]; presets: Policy[]; twin: Policy } {
  const ops = [...OPS.values()].map(({ name, parameters }) => ({
    op: name,
    parameters: Object.entries(parameters).map(([parameter, p]) => ({
      name: parameter,
      unit: p.unit,
      minimum: p.minimum,
      maximum: p.maximum,
      step: p.step,
      default: [p.default[0], p.default[1]] as [number, number],
    })),
  }));
  return { ops, presets: PRESETS.map(checkPolicy), twin: checkPolicy(DEGRADED_TWIN) };
}
