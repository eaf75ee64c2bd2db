/** assay clean: the search for what is wrong with the images, and the answers to what it finds. */
import { type Engine } from '../../../engine/index.ts';
import { type Command, type Invocation, type Outcome } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, withProject } from '../studio.ts';
import { bulk, decide, kindsOf } from './clean/answer.ts';
import { audit } from './clean/audit.ts';
import { effect, health, summary } from './clean/figures.ts';
import { findingsOf, type Listed, listed, listText } from './clean/listed.ts';
import { search } from './clean/search.ts';

const refuse = (reason: string): Error => usageError(clean, reason);

async function list(engine: Engine, call: Invocation): Promise<Outcome> {
  const kinds = kindsOf(call.options.string('kind') ?? 'label-error', refuse);
  const decided = (['no', 'yes', 'all'] as const).find((word) => word === (call.options.string('decided') ?? 'no'));
  if (!decided) throw refuse('--decided takes no, yes or all');
  const limit = call.options.number('limit') ?? 1_000;
  const findings: Listed[] = [];
  for (const kind of kinds)
    findings.push(...(await listed(engine, await findingsOf(engine, kind, { limit, decided }))));
  return { document: { findings }, text: listText(findings) };
}

const VERBS: Record<string, (engine: Engine, call: Invocation) => Promise<Outcome>> = {
  search: (engine, call) => search(engine, kindsOf(call.options.string('kind'), refuse), call),
  list,
  decide: (engine, call) => decide(engine, call, refuse),
  bulk: (engine, call) => bulk(engine, call, refuse),
  audit: (engine, call) => audit(engine, call, refuse),
  summary,
  health,
  effect,
};

export const clean: Command = {
  name: 'clean',
  operands:
    '[search | list | decide FINDING ANSWER | bulk ANSWER | audit [start | right|wrong|unsure IMAGE] | summary | health | effect]',
  about: 'find wrong labels, copies, leaks and odd pictures, and answer what was found',
  options: {
    project: PROJECT_OPTION,
    kind: {
      type: 'string',
      value: 'KIND[,KIND]',
      about:
        'label-error, duplicate (conflicts first), conflict, leak, quality, outlier, overlap, spurious (label-error)',
    },
    backbone: {
      type: 'string',
      value: 'NAME[,NAME]',
      about: 'whose features give probabilities and neighbours; several are weighted by accuracy (the newest run’s)',
    },
    run: { type: 'string', value: 'R', about: 'take the probabilities that this run held out; effect: of this run' },
    limit: { type: 'string', value: 'N', about: 'at most so many findings a kind (all; 24 in a report)' },
    report: {
      type: 'string',
      value: 'OUT.html',
      about: 'write a page with pictures (all kinds unless --kind says which)',
    },
    locale: { type: 'string', value: 'en|ko', about: 'language of the report (that of the settings)' },
    decided: { type: 'string', value: 'no|yes|all', about: 'list: which findings (no)' },
    class: { type: 'string', value: 'C', about: 'decide change, audit wrong: the right class' },
    image: {
      type: 'string',
      multiple: true,
      value: 'PATH',
      about: 'decide: only these of its images; may be repeated',
    },
    above: { type: 'string', value: 'SCORE', about: 'bulk: all of the kind with at least this score, 0-1' },
    preview: { type: 'boolean', about: 'bulk: say what would change, and change nothing' },
    size: { type: 'string', value: 'N', about: 'audit start: labels to look at (100)' },
    seed: { type: 'string', value: 'N', about: 'audit start: of the draw (1)' },
  },
  async run(call) {
    const verb = call.operands[0] ?? 'search';
    const chosen = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    if (!chosen) throw refuse(`there is no "clean ${verb}"`);
    const locale = call.options.string('locale');
    if (locale !== undefined && locale !== 'en' && locale !== 'ko')
      throw refuse(`--locale takes en or ko, not "${locale}"`);
    // Wrong words are refused before a project is opened.
    kindsOf(call.options.string('kind'), refuse);
    for (const name of ['limit', 'above', 'size', 'seed']) call.options.number(name);
    return withProject(call, (engine) => chosen(engine, call));
  },
};
