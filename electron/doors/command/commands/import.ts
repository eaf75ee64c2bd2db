/** assay import: brings a folder of images into a project, by reference. */
import { type ImportPlan } from '../../../contract/index.ts';
import { type Command } from '../command.ts';
import { usageError } from '../options.ts';
import { PROJECT_OPTION, finishJob, seconds, withProject } from '../studio.ts';

export const importCommand: Command = {
  name: 'import',
  operands: 'SRC',
  about: 'import a folder: one folder a class, a table of labels, or unlabelled',
  options: {
    project: PROJECT_OPTION,
    labels: {
      type: 'string',
      multiple: true,
      value: 'FILE.csv',
      about: 'a table of labels (may be given more than once); "none" for no labels',
    },
    'id-column': { type: 'string', about: 'the column with file names (guessed)' },
    'label-column': { type: 'string', about: 'the column with labels (guessed)' },
    'class-names': { type: 'string', value: 'FILE.csv', about: 'a table that names the classes (guessed: meta.csv)' },
    'split-list': {
      type: 'string',
      value: 'FILE',
      about: 'the images that it names are the test split, the others training',
    },
    split: {
      type: 'string',
      value: 'folders|draw|none',
      about: 'where splits come from (folders named train, validation, test)',
    },
    validation: { type: 'string', value: 'SHARE', about: 'share for validation with --split draw (0)' },
    test: { type: 'string', value: 'SHARE', about: 'share for test with --split draw (0.2)' },
    seed: { type: 'string', value: 'N', about: 'seed of the draw (1)' },
  },
  async run(call) {
    const { options } = call;
    const [source] = call.operands;
    if (source === undefined || call.operands.length > 1) throw usageError(importCommand, 'name one folder to import');
    const tables = options.strings('labels').filter((name) => name !== 'none');
    const splitList = options.path('split-list');
    const split = options.string('split') ?? 'folders';
    if (!['folders', 'draw', 'none'].includes(split))
      throw usageError(importCommand, `--split takes folders, draw or none, not "${split}"`);
    const plan: ImportPlan = {
      source: options.resolve(source),
      labels: tables.length > 0 ? 'tables' : options.strings('labels').includes('none') ? 'none' : 'folders',
      tables: tables.map((path) => ({
        path: options.resolve(path),
        idColumn: options.string('id-column'),
        labelColumn: options.string('label-column'),
        classNames: options.path('class-names'),
      })),
      split: splitList === undefined ? (split as ImportPlan['split']) : 'list',
      splitList,
      validationShare: options.number('validation') ?? 0,
      testShare: options.number('test') ?? 0.2,
      seed: options.number('seed') ?? 1,
    };
    const started = Date.now();
    return withProject(
      call,
      async (engine) => {
        const { job } = await engine.call('import.start', plan);
        const info = await finishJob(engine, job, call);
        const document = { ...info.result, seconds: seconds(started) };
        const { images, added, unreadable, classes } = info.result as Record<string, number>;
        return {
          document,
          text: `${images} images of ${classes} classes, ${added} new; ${unreadable === 1 ? '1 file' : `${unreadable} files`} could not be read.`,
        };
      },
      { create: true },
    );
  },
};
