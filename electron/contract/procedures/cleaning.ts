/** Searching for faults, deciding about what was found, and what it was worth. */
import { z } from 'zod';
import * as c from '../cleaning.ts';
import { read, write } from '../procedure.ts';
import * as w from '../words.ts';

const none = z.object({});
const count = z.number().int().nonnegative();
const job = z.object({ job: w.id });

export const cleaningProcedures = {
  /**
   * Searches for some kinds (duplicate also finds conflicts). Probabilities come from heads on the named backbones (those
   * of the newest run where none is), each out of fold, or from those that `run` held out.
   */
  'clean.start': write({
    input: z.object({
      kinds: z.array(w.findingKind).min(1).default(['label-error']),
      backbones: z.array(z.string()).max(8).default([]),
      run: w.id.nullish(),
    }),
    output: job,
  }),
  'clean.summary': read({ input: none, output: w.cleanSummary }),
  'clean.findings': read({
    input: z.object({
      kind: w.findingKind,
      decided: z.enum(['no', 'yes', 'all']).default('no'),
      from: count.default(0),
      count: z.number().int().min(1).max(10_000).default(50),
    }),
    output: z.object({ total: count, findings: z.array(w.finding) }),
  }),
  'clean.finding': read({ input: z.object({ finding: w.id }), output: w.findingDetail }),
  /**
   * One gesture. Without `images` it is about those that the kind means: the image itself; all copies of a conflict;
   * the learned copies of a leak; all but the first of a family to exclude. Throws `clean/decision-unfit`,
   * `clean/test-fixed`.
   */
  'clean.decide': write({
    input: z.object({
      finding: w.id,
      decision: w.decision,
      class: w.id.nullish(),
      images: z.array(w.id).max(1000).nullish(),
    }),
    output: z.object({ action: w.actionInfo.nullable(), revision: count }),
  }),
  /** What `clean.bulk` would do. */
  'clean.preview': read({
    input: c.bulk.extend({ first: z.number().int().min(0).max(500).default(120) }),
    output: c.bulkPreview,
  }),
  /** One action, undone as a whole. */
  'clean.bulk': write({
    input: c.bulk,
    output: z.object({ action: w.actionInfo.nullable(), findings: count, changed: count, revision: count }),
  }),
  /** Draws a sample of the labels that nobody has reviewed; replaces the audit before it. */
  'clean.auditStart': write({
    input: z.object({ size: z.number().int().min(1).max(5000).default(100), seed: z.number().int().default(1) }),
    output: c.audit,
  }),
  /** Null where none was drawn. */
  'clean.audit': read({ input: none, output: c.audit.nullable() }),
  /** `wrong` with a class relabels the image; undone like any gesture. Throws `clean/not-in-audit`. */
  'clean.auditVerdict': write({
    input: z.object({ image: w.id, verdict: c.auditVerdict, class: w.id.nullish() }),
    output: z.object({ action: w.actionInfo.nullable(), revision: count, audit: c.audit }),
  }),
  'clean.health': read({ input: none, output: c.cleanHealth }),
  /** Of one run, or of all that are finished, newest first. */
  'clean.effect': read({ input: z.object({ run: w.id.nullish() }), output: z.array(c.scoreEffect) }),
} as const;
