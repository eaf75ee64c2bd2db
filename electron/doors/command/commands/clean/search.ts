/** assay clean: searches what is wrong with the images and prints the findings, most suspicious first. */
import { writeFile } from 'node:fs/promises';
import { AssayError, FINDING_KINDS, type FindingKind } from '../../../../contract/index.ts';
import { type Engine } from '../../../../engine/index.ts';
import { type Invocation, type Outcome } from '../../command.ts';
import { finishJob, runOf } from '../../studio.ts';
import { findingsOf, type Listed, listed, listText } from './listed.ts';
import { reportPage } from './report.ts';

/** All of a kind, unless --limit says otherwise. */
const ALL = 100_000;
/** In a report: pictures make it heavy. */
const REPORTED = 24;

/** Conflicts come with the duplicates they are, and first. */
async function found(engine: Engine, kind: FindingKind, limit: number): Promise<Listed[]> {
  const own = await listed(engine, await findingsOf(engine, kind, { limit }));
  if (kind !== 'duplicate') return own;
  const conflicts = await listed(engine, await findingsOf(engine, 'conflict', { limit }));
  return [...conflicts.map((f) => ({ ...f, kind, conflict: true as const })), ...own].slice(0, limit);
}

export async function search(engine: Engine, kinds: readonly FindingKind[], call: Invocation): Promise<Outcome> {
  const { options } = call;
  const report = options.path('report');
  const wanted = kinds.length > 0 ? kinds : report === undefined ? (['label-error'] as const) : FINDING_KINDS;
  const { job } = await engine.call('clean.start', {
    kinds: [...wanted],
    backbones: options.string('backbone')?.split(','),
    run: options.string('run') === undefined ? null : await runOf(engine, call),
  });
  await finishJob(engine, job, call);
  const limit = options.number('limit') ?? ALL;
  const findings: Listed[] = [];
  for (const kind of wanted) {
    // Printed with the duplicates already.
    if (kind === 'conflict' && wanted.includes('duplicate')) continue;
    findings.push(...(await found(engine, kind, limit)));
  }
  if (report === undefined) return { document: { findings }, text: listText(findings) };
  await writeReport(engine, report, wanted, Math.min(limit, REPORTED), options.string('locale'));
  return { document: { findings, report }, text: `${findings.length} findings, written to ${report}` };
}

async function writeReport(
  engine: Engine,
  path: string,
  kinds: readonly FindingKind[],
  limit: number,
  locale: string | undefined,
): Promise<void> {
  const language = locale ?? (await engine.call('settings.get', {})).locale;
  const page = await reportPage(engine, { kinds, limit, locale: language === 'ko' ? 'ko' : 'en' });
  try {
    await writeFile(path, page);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AssayError('usage/invalid', {
      values: { reason: `the report cannot be written: ${reason}` },
      remedy: 'Name a file in a folder that is there and may be written to.',
      cause,
    });
  }
}
