/** What a plan says of each file: its class and its split, before any image was read. */
import { type ImportPlan, type Split } from '../contract/index.ts';
import { type LabelTable, folderLabels, readLabelTable, readSplitList } from '../interchange/index.ts';

export interface FileLabel {
  class?: string;
  split?: Split;
}

/** Label of a file by its path relative to the source. */
export type Labeller = (relative: string) => FileLabel;

/**
 * Reads tables and lists once and returns the labeller. Later tables win over earlier ones.
 * Throws `import/csv-columns`, `import/csv-unreadable`.
 * @param relatives every candidate file of the source, '/' separated: tables are matched against them
 */
export async function labellerOf(plan: ImportPlan, relatives: readonly string[]): Promise<Labeller> {
  const tables: LabelTable[] = [];
  if (plan.labels === 'tables') {
    for (const table of plan.tables) tables.push(await readLabelTable(plan.source, table, relatives));
  }
  const folders = folderLabels(relatives);
  const list = plan.split === 'list' && plan.splitList ? await readSplitList(plan.splitList, relatives) : null;
  return (relative) => {
    const label: FileLabel = {};
    const folder = folders(relative);
    if (plan.labels === 'folders' && folder.class !== null) label.class = folder.class;
    for (const table of tables) {
      const found = table.labelOf(relative);
      if (found !== null) label.class = found;
    }
    if (plan.split === 'folders' && folder.split !== null) label.split = folder.split;
    if (list) label.split = list(relative) ? 'test' : 'train';
    return label;
  };
}
