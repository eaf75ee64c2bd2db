/** assay clean: searches what is wrong with the images and prints the findings, most suspicious first. */
import { FINDING_KINDS, reasonSentence } from '../../../contract/index.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, finishJob, withProject } from '../studio.ts';

export const clean: Command = {
  name: 'clean',
  operands: '',
  about: 'find wrong labels',
  options: {
    project: PROJECT_OPTION,
    kind: { type: 'string', value: 'KIND[,KIND]', about: 'what to look for (label-error)' },
    backbone: {
      type: 'string',
      value: 'NAME[,NAME]',
      about: 'whose features give the second opinion (the newest run’s)',
    },
    limit: { type: 'string', value: 'N', about: 'at most so many findings a kind (all)' },
  },
  async run(call) {
    const names = (call.options.string('kind') ?? 'label-error').split(',');
    const kinds = names.map((name) => {
      const kind = FINDING_KINDS.find((known) => known === name);
      if (!kind) throw usageError(clean, `--kind takes ${FINDING_KINDS.join(', ')}, not "${name}"`);
      return kind;
    });
    const limit = call.options.number('limit') ?? 10_000;
    return withProject(call, async (engine) => {
      const { job } = await engine.call('clean.start', {
        kinds,
        backbones: call.options.string('backbone')?.split(','),
      });
      await finishJob(engine, job, call);
      const classes = new Map((await engine.call('classes.list', {})).map((c) => [c.id, c.name]));
      const findings = [];
      for (const kind of kinds) {
        const found = await engine.call('clean.findings', { kind, count: Math.min(limit, 10_000) });
        for (const f of found.findings) {
          const images = await engine.call('images.paths', { ids: f.images.map(({ id }) => id) });
          findings.push({
            kind,
            images,
            given: f.given === null ? null : classes.get(f.given),
            suggested: f.suggested === null ? null : classes.get(f.suggested),
            score: f.score,
            likely: f.likely,
            reason: f.reasons.map((r) => reasonSentence(r, 'en')).join('; '),
          });
        }
      }
      const text = findings.map(
        (f) => `${f.score.toFixed(3)}  ${f.images.join(', ')}: ${f.given} → ${f.suggested}  (${f.reason})`,
      );
      return { document: { findings }, text: text.join('\n') || 'Nothing was found.' };
    });
  },
};
