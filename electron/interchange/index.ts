/** Labels in and out of other forms. One file a form. */
export { csvLine } from './csv-line.ts';
export { type LabelTable, type TableChoice, readLabelTable } from './csv.ts';
export { type FolderLabel, folderLabels } from './folders.ts';
export { inspectFolder } from './inspect.ts';
export { keysOf } from './match.ts';
export { readTable, type Table } from './table.ts';
export { readSplitList } from './split-list.ts';
