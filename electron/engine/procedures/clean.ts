/** Cleaning: the search, the queues of findings, and what a person answers. */
import { type FindingDetail } from '../../contract/index.ts';
import { answerOf } from '../clean/answers.ts';
import { answerAudit, auditState, startAudit } from '../clean/audit.ts';
import { decideBulk, previewBulk } from '../clean/bulk.ts';
import { effects } from '../clean/effect.ts';
import { readHealth } from '../clean/kept.ts';
import { type LabelDetail } from '../clean/label-search.ts';
import { checkParams, type CleanParams } from '../clean/params.ts';
import { type FamilyDetail } from '../clean/picture-search.ts';
import { summaryOf } from '../clean/summary.ts';
import { type EngineContext, type HandlersOf, author, changed, projectOf } from '../context.ts';

export { cleanBody } from '../clean/search.ts';

function detailOf(context: EngineContext, id: number): FindingDetail {
  const { catalogue } = projectOf(context);
  const { detail, ...finding } = catalogue.findings.get(id);
  const kept = (detail ?? {}) as Partial<LabelDetail & FamilyDetail>;
  const names = new Map(catalogue.classes.list().map((c) => [c.id, c.name]));
  const tiles = (list: LabelDetail['nearestGiven'] = []) => {
    const found = new Map(catalogue.tiles(list.map((n) => n.image)).map((tile) => [tile.id, tile]));
    return list.flatMap(({ image, similarity }) => {
      const tile = found.get(image);
      return tile ? [{ tile, similarity }] : [];
    });
  };
  return {
    ...finding,
    links: kept.links ?? [],
    learned: kept.learned ?? [],
    probabilities: (kept.probabilities ?? []).map(({ class: c, p }) => ({
      class: names.has(c) ? c : null,
      name: names.get(c) ?? '',
      p,
    })),
    nearestGiven: tiles(kept.nearestGiven),
    nearestSuggested: tiles(kept.nearestSuggested),
  };
}

/** Decisions move labels, their counts, and what is left to ask. */
const decided = (context: EngineContext) => changed(context, ['findings', 'labels', 'classes']);

export const clean: HandlersOf<'clean'> = {
  'clean.start'(context, params) {
    checkParams(context, params);
    return {
      job: projectOf(context).jobs.start({
        kind: 'clean',
        title: params.kinds.join(', '),
        params: params satisfies CleanParams,
      }),
    };
  },
  'clean.summary': summaryOf,
  'clean.findings': (context, { kind, decided: which, from, count }) =>
    projectOf(context).catalogue.findings.list(kind, which, from, count),
  'clean.finding': (context, { finding }) => detailOf(context, finding),
  'clean.decide'(context, { finding: id, decision, class: chosen, images: named }) {
    const { findings, images } = projectOf(context).catalogue;
    const finding = findings.get(id);
    const { answer } = answerOf(
      { ...finding, images: images.records(finding.images.map((tile) => tile.id)) },
      decision,
      { class: chosen, named: named ? images.records(named) : null },
    );
    const result = findings.decide(id, answer.decision, { ...answer, author: author(context) });
    decided(context);
    return result;
  },
  'clean.preview': (context, input, { signal }) => previewBulk(context, input, signal),
  async 'clean.bulk'(context, input, { signal }) {
    const result = await decideBulk(context, input, signal);
    decided(context);
    return result;
  },
  async 'clean.auditStart'(context, input, { signal }) {
    const audit = await startAudit(context, input, signal);
    changed(context, ['findings']);
    return audit;
  },
  'clean.audit': auditState,
  'clean.auditVerdict'(context, input) {
    const result = answerAudit(context, input);
    decided(context);
    return result;
  },
  'clean.health': readHealth,
  'clean.effect': (context, { run }) => effects(context, run ?? null),
};
