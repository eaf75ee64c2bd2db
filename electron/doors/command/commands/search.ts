/** assay search: a recipe out of a small declared space, within a time by the clock. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { AssayError, RECIPE_VERSION, searchSpace } from '../../../contract/index.ts';
import { type Command } from '../command.ts';
import { readJson } from '../json-file.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, seconds, withProject } from '../studio.ts';
import { finishStudy, resumedStudy } from '../study.ts';

/** @throws AssayError `train/recipe-invalid` naming the field */
function spaceOf(document: unknown): z.output<typeof searchSpace> {
  const read = searchSpace.safeParse(document);
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  const own = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const subject = [...issue.path, ...own].join('.') || 'space';
  throw new AssayError('train/recipe-invalid', { subject, values: { reason: z.prettifyError(read.error) } });
}

export const search: Command = {
  name: 'search',
  operands: '',
  about: 'search a recipe in a declared space: many candidates a little, the better ones longer (docs/recipe.md)',
  options: {
    project: PROJECT_OPTION,
    space: { type: 'string', value: 'FILE.json', about: 'base recipe and values of its fields' },
    minutes: { type: 'string', value: 'M', about: 'time by the clock; when it is up, --resume goes on' },
    seed: { type: 'string', value: 'N', about: 'of the draw of candidates (1)' },
    out: { type: 'string', value: 'FILE.json', about: 'where the best recipe goes' },
    resume: { type: 'string', value: 'JOB', about: 'go on with a search, for as many minutes again' },
  },
  async run(call) {
    const { number, string, path, required } = call.options;
    const resumed = number('resume');
    if (resumed !== undefined && ['space', 'minutes', 'seed'].some((name) => string(name) !== undefined))
      throw usageError(search, '--resume goes on with what the search was started with; leave the other options out');
    const started = Date.now();
    const request = async () => {
      const space = spaceOf(await readJson(call.options.resolve(required('space'))));
      required('minutes');
      const minutes = number('minutes')!;
      if (!(minutes > 0)) throw usageError(search, '--minutes takes a number above 0');
      return { study: 'search' as const, space, minutes, seed: number('seed') };
    };
    const given = resumed === undefined ? await request() : null;
    return withProject(call, async (engine) => {
      const result =
        given === null ? await resumedStudy(engine, 'search', resumed!, call) : await finishStudy(engine, given, call);
      const job = resumed ?? (await engine.call('jobs.list', {})).reduce((most, { id }) => Math.max(most, id), 0);
      const best = result.best && { version: RECIPE_VERSION, ...result.best };
      const out = path('out');
      if (out !== undefined && best) await writeFile(out, `${JSON.stringify(best, null, 2)}\n`);
      const lines = result.ranked.map(
        ({ candidate, values, score, epochs, run, error }) =>
          `${candidate}\t${score === null ? (error ?? 'not begun') : score.toFixed(4)}\t${epochs > 0 ? `${epochs} epochs\t` : ''}${run === null ? '' : `run ${run}\t`}${JSON.stringify(values)}`,
      );
      const tail = result.complete
        ? `The best is run ${result.bestRun}.`
        : `The time was up; "assay search --resume ${job}" goes on.`;
      return {
        document: { job, ...result, best, ...(out !== undefined && best && { out }), seconds: seconds(started) },
        text: [...lines, tail].join('\n'),
      };
    });
  },
};
