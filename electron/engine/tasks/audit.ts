/** Compute task: draws the sample of an audit. A draw a label: half a second for a hundred thousand. */
import { planAudit } from '../../cleaning/index.ts';

export interface AuditParams {
  /** Names in the draw (content hashes) of the unreviewed labels, most doubtful first. */
  keys: string[];
  size: number;
  seed: number;
}

export interface AuditDraw {
  /** Rows of each stratum. */
  strata: number[];
  /** Rows of `keys`, in the order in which to look. */
  sample: { row: number; stratum: number }[];
}

export function auditTask({ keys, size, seed }: AuditParams): Promise<AuditDraw> {
  const tail = Int32Array.from(keys, (_, row) => row);
  const { strata, sample } = planAudit(tail, size, seed, keys);
  return Promise.resolve({ strata: strata.map((rows) => rows.length), sample });
}
