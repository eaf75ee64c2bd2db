/** assay oof: the out-of-fold table of a run, out and in. */
import { type Command, type Invocation, type Outcome } from '../command.ts';
import { usageError } from '../options.ts';
import { listed } from '../runs-option.ts';
import { PROJECT_OPTION, runOf, withProject, withReader } from '../studio.ts';

export const oof: Command = {
  name: 'oof',
  operands: 'export|import [TABLE.csv]',
  about: 'out-of-fold probabilities as the contest has them: ID, target, prob_0 …, fold',
  options: {
    project: PROJECT_OPTION,
    run: { type: 'string', value: 'R', about: 'export: the run (the newest)' },
    out: { type: 'string', value: 'FILE.csv', about: 'export: the table to write' },
    name: { type: 'string', about: 'import: name of the run that is made of the table' },
    classes: { type: 'string', value: 'A,B,…', about: "import: the columns' classes in their order" },
  },
  run(call) {
    const [verb, table, ...more] = call.operands;
    if (verb === 'export' && table === undefined) return exported(call);
    if (verb === 'import' && table !== undefined && more.length === 0) return imported(call, table);
    throw usageError(oof, 'say "oof export --out FILE.csv" or "oof import FILE.csv"');
  },
};

function exported(call: Invocation): Promise<Outcome> {
  const out = call.options.resolve(call.options.required('out'));
  return withReader(call, async (engine) => {
    const run = await runOf(engine, call);
    const document = await engine.call('oof.export', { run, out });
    return { document: { run, ...document }, text: `${document.rows} rows of run ${run} are in ${document.out}.` };
  });
}

function imported(call: Invocation, table: string): Promise<Outcome> {
  const classes = listed(call, 'classes');
  return withProject(call, async (engine) => {
    const document = await engine.call('oof.import', {
      table: call.options.resolve(table),
      name: call.options.string('name'),
      classes: classes.length > 0 ? classes : null,
    });
    const { run, rows, missing, relabelled, macroF1 } = document;
    const text = `Run ${run}: ${rows} rows, macro F1 ${macroF1.toFixed(4)} out of fold. ${missing} labelled images are not in the table; ${relabelled} have another label today.`;
    return { document, text };
  });
}
