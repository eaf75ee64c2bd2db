/** The one choice of an import: where the labels come from, and what stays to be said about the split. */
import { type ImportPlan, type Input, type Output, type TableGuess } from '../../../electron/contract/contract.ts';

export type Inspection = Output<'folders.inspect'>;
type Source = ImportPlan['labels'];
type SplitSource = 'folders' | 'draw' | 'none';

export class Plan {
  readonly found: Inspection;
  labels = $state<Source>('none');
  /** The table in use. */
  table = $state(0);
  idColumn = $state<string | null>(null);
  labelColumn = $state<string | null>(null);
  classNames = $state<string | null>(null);
  split = $state<SplitSource>('none');
  testShare = $state(0.2);

  constructor(found: Inspection) {
    this.found = found;
    this.labels = found.suggestion;
    this.split = found.splitFolders.length > 0 ? 'folders' : 'none';
    this.useTable(0);
  }

  get guess(): TableGuess | null {
    return this.found.tables[this.table] ?? null;
  }

  useTable(index: number): void {
    this.table = index;
    const guess = this.guess;
    this.idColumn = guess?.idColumn ?? guess?.columns[0] ?? null;
    this.labelColumn = guess?.labelColumn ?? guess?.columns[1] ?? null;
    this.classNames = guess?.classNames ?? null;
  }

  /** Whether a source can be chosen for this folder. */
  offers(source: Source): boolean {
    if (source === 'tables') return this.found.tables.length > 0;
    if (source === 'folders') return this.found.classFolders.length > 0;
    return true;
  }

  get input(): Input<'import.start'> {
    const { guess, labels, split } = this;
    return {
      source: this.found.path,
      labels,
      tables:
        labels === 'tables' && guess
          ? [{ path: guess.path, idColumn: this.idColumn, labelColumn: this.labelColumn, classNames: this.classNames }]
          : [],
      split,
      ...(split === 'draw' ? { testShare: this.testShare } : {}),
    };
  }
}
