/** What the Evaluate view knows: the run and split looked at, the matrix, the opened cell and what was relabelled there. */
import { type Client } from '../../../electron/contract/client.ts';
import { type Output, type StudioEvent } from '../../../electron/contract/contract.ts';
import { type AssayError, toAssayError } from '../../../electron/contract/errors.ts';
import { type EvaluationInfo, type RunInfo, type Tile } from '../../../electron/contract/words.ts';
import { type MatrixMode, type MatrixOrder, matrixView, type Place } from '../../components/charts/matrix.ts';
import { debounced, Latest } from '../latest.ts';
import { cellQuery } from './cell.ts';

export type EvaluationSplit = 'train' | 'validation' | 'test' | 'out-of-fold';
const SPLITS: readonly EvaluationSplit[] = ['train', 'validation', 'test', 'out-of-fold'];
export const isEvaluationSplit = (s: string): s is EvaluationSplit => (SPLITS as readonly string[]).includes(s);

/** Why a part of a split cannot be shown while the whole can. */
const PARTS: ReadonlySet<string> = new Set(['evaluate/empty-slice', 'evaluate/not-measured', 'query/invalid']);

export interface OpenCell {
  place: Place;
  /** Class indices of the evaluation. */
  given: number;
  predicted: number;
  query: string;
  total: number;
  tiles: Tile[];
}

export class EvaluateState {
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<AssayError | null>(null);
  runs = $state.raw<RunInfo[]>([]);
  run = $state<number | null>(null);
  split = $state<EvaluationSplit>('test');
  splits = $state.raw<EvaluationSplit[]>([]);
  evaluation = $state.raw<EvaluationInfo | null>(null);
  /** True while figures are on screen that are being asked again. */
  stale = $state(false);
  tab = $state<'matrix' | 'classes' | 'slices' | 'robust' | 'compare' | 'studies'>('matrix');
  /** Only images of this query; null: the whole split. */
  slice = $state<string | null>(null);
  /** `robust`: the degraded twins in place of the images. */
  side = $state<'clean' | 'robust'>('clean');
  mode = $state<MatrixMode>('counts');
  order = $state<MatrixOrder>('cluster');
  cursor = $state.raw<Place>({ row: 0, column: 0 });
  cell = $state.raw<OpenCell | null>(null);
  cellError = $state.raw<AssayError | null>(null);
  /** The image of the opened cell that class keys label. */
  current = $state(0);
  /** Figures when the cell was opened. */
  before = $state.raw<{ macroF1: number } | null>(null);

  readonly #client: Client;
  readonly #ask = new Latest();
  readonly #askCell = new Latest();
  #view: number | null = null;
  readonly #again = debounced(() => void this.#evaluate(true), 120);

  constructor(client: Client) {
    this.#client = client;
  }

  /** Class index of each position on screen. */
  get positions(): number[] {
    const n = this.evaluation?.classes.length ?? 0;
    const cluster = this.evaluation?.clusterOrder ?? [];
    return this.order === 'cluster' && cluster.length === n ? cluster : Array.from({ length: n }, (_, i) => i);
  }

  /** Images of the opened cell that no longer have the label they were found by. */
  get relabelled(): number {
    const was = this.evaluation?.classIds[this.cell?.given ?? -1];
    return this.cell?.tiles.filter((t) => t.class !== was).length ?? 0;
  }

  get matrix() {
    return matrixView(this.evaluation?.confusion ?? [], this.positions, this.mode, this.order === 'cluster');
  }

  /** @param wanted a run to open, from another view; else the newest that is done */
  async load(wanted?: number): Promise<void> {
    const answer = await this.#ask.ask((signal) => this.#client.call('runs.list', {}, { signal }));
    if (!answer) return;
    if (answer.error) return this.#fail(answer.error);
    this.runs = answer.value.filter((r) => r.state === 'done' || r.state === 'stopped').sort((a, b) => b.id - a.id);
    const run = this.runs.find((r) => r.id === (wanted ?? this.run)) ?? this.runs[0];
    if (!run) {
      this.run = null;
      this.evaluation = null;
      this.phase = 'ready';
      return;
    }
    await this.choose(run.id);
  }

  async choose(run: number, split?: EvaluationSplit): Promise<void> {
    this.close();
    this.phase = 'loading';
    // Whether another run, or another split, has the twin measured is not known.
    if (run !== this.run || (split !== undefined && split !== this.split)) this.side = 'clean';
    this.run = run;
    const answer = await this.#ask.ask((signal) => this.#client.call('runs.get', { run }, { signal }));
    if (!answer) return;
    if (answer.error) return this.#fail(answer.error);
    this.splits = answer.value.splits.filter(isEvaluationSplit);
    const headline = answer.value.split;
    // Another run is looked at on the same split where it has it; the first one on the split of its headline figures.
    const wanted = split ?? (this.evaluation ? this.split : headline);
    this.split =
      isEvaluationSplit(wanted) && this.splits.includes(wanted)
        ? wanted
        : isEvaluationSplit(headline)
          ? headline
          : (this.splits[0] ?? 'test');
    await this.#evaluate(false);
  }

  /** Opens another run from one of the other tabs. */
  async showMatrix(run: number): Promise<void> {
    this.tab = 'matrix';
    await this.choose(run);
  }

  async chooseSplit(split: EvaluationSplit): Promise<void> {
    if (this.run !== null) await this.choose(this.run, split);
  }

  /** Shows the part of a query in matrix and classes; null: the whole split again. */
  async limit(slice: string | null): Promise<void> {
    this.close();
    this.slice = slice;
    await this.#evaluate(false);
  }

  async show(side: 'clean' | 'robust'): Promise<void> {
    this.close();
    this.side = side;
    await this.#evaluate(false);
  }

  setOrder(order: MatrixOrder): void {
    // Positions mean other classes now; the opened cell is found again.
    const cell = this.cell;
    this.order = order;
    if (!cell) return;
    const place = { row: this.positions.indexOf(cell.given), column: this.positions.indexOf(cell.predicted) };
    this.cell = { ...cell, place };
    this.cursor = place;
  }

  async open(place: Place): Promise<void> {
    const e = this.evaluation;
    const [given, predicted] = [this.positions[place.row], this.positions[place.column]];
    if (!e || given === undefined || predicted === undefined) return;
    const query = cellQuery(e, e.classes[given] ?? '', e.classes[predicted] ?? '', this.slice);
    this.cursor = place;
    this.current = 0;
    this.before = { macroF1: e.macroF1 };
    const answer = await this.#askCell.ask((signal) =>
      this.#client.call('view.open', { query, group: 'none', first: 120 }, { signal }),
    );
    if (!answer) return;
    this.cellError = answer.error;
    if (!answer.value) return;
    const { view, total, tiles } = answer.value;
    this.#leaveView();
    this.#view = view;
    this.cell = { place, given, predicted, query, total, tiles };
  }

  close(): void {
    this.#askCell.stop();
    this.#leaveView();
    this.cell = null;
    this.cellError = null;
    this.before = null;
  }

  /** Fetches the rest of a cell that holds more than was asked at first. */
  async more(): Promise<void> {
    const cell = this.cell;
    if (!cell || this.#view === null || cell.tiles.length >= cell.total) return;
    try {
      const from = cell.tiles.length;
      const got = await this.#client.call('view.tiles', { view: this.#view, from, count: 120 });
      if (this.cell === cell) this.cell = { ...cell, tiles: [...cell.tiles, ...got.tiles] };
    } catch (thrown) {
      this.cellError = toAssayError(thrown);
    }
  }

  /**
   * Labels the current image and moves on. The tile stays where it is with its new label: pictures never move by
   * themselves. The figures follow when the engine reports the change.
   */
  async relabel(classId: number): Promise<Output<'labels.apply'>['action'] | null> {
    const cell = this.cell;
    const tile = cell?.tiles[this.current];
    if (!cell || !tile) return null;
    const swap = (to: number | null): void => {
      if (this.cell?.query !== cell.query) return;
      this.cell = { ...this.cell, tiles: this.cell.tiles.map((t) => (t.id === tile.id ? { ...t, class: to } : t)) };
    };
    swap(classId);
    this.current = Math.min(cell.tiles.length - 1, this.current + 1);
    try {
      const done = await this.#client.call('labels.apply', {
        selection: { ids: [tile.id] },
        change: { class: classId },
      });
      return done.action;
    } catch (thrown) {
      swap(tile.class);
      this.cellError = toAssayError(thrown);
      return null;
    }
  }

  onEvent(event: StudioEvent): void {
    if (event.type !== 'changed') return;
    if (event.what.includes('runs')) void this.#refreshRuns();
    if (event.what.includes('labels') || event.what.includes('classes')) {
      this.stale = true;
      this.#again();
    }
  }

  dispose(): void {
    this.#ask.stop();
    this.#again.cancel();
    this.close();
  }

  async #refreshRuns(): Promise<void> {
    const runs = await this.#client.call('runs.list', {}).catch(() => null);
    if (!runs) return;
    const gone = this.run !== null && !runs.some((r) => r.id === this.run);
    if (gone || this.run === null) return this.load();
    this.runs = runs.filter((r) => r.state === 'done' || r.state === 'stopped').sort((a, b) => b.id - a.id);
  }

  async #evaluate(quiet: boolean): Promise<void> {
    const run = this.run;
    if (run === null) return;
    const answer = await this.#ask.ask((signal) =>
      this.#client.call('runs.evaluate', { run, split: this.split, slice: this.slice, side: this.side }, { signal }),
    );
    if (!answer) return;
    this.stale = false;
    if (answer.error) {
      // A part that this run or split does not have: the whole is shown, as it is.
      const part = this.slice !== null || this.side === 'robust';
      if (part && PARTS.has(answer.error.code)) {
        this.slice = null;
        this.side = 'clean';
        return this.#evaluate(quiet);
      }
      return this.#fail(answer.error);
    }
    const n = answer.value.classes.length;
    const same = quiet && this.evaluation?.classes.length === n;
    // Rows keep their places while one relabels: the clusters are ordered anew when the run is opened again.
    const clusterOrder = (same ? this.evaluation?.clusterOrder : undefined) ?? answer.value.clusterOrder;
    this.evaluation = { ...answer.value, clusterOrder };
    if (!same) this.cursor = { row: 0, column: 0 };
    this.error = null;
    this.phase = 'ready';
    if (quiet) await this.#refreshTiles();
  }

  /** Labels changed elsewhere, an undo among them, show on the tiles; which tiles there are stays. */
  async #refreshTiles(): Promise<void> {
    const [view, count] = [this.#view, Math.min(500, this.cell?.tiles.length ?? 0)];
    if (view === null || count === 0) return;
    const got = await this.#client.call('view.tiles', { view, from: 0, count }).catch(() => null);
    if (!got || !this.cell || this.#view !== view) return;
    const now = Object.fromEntries(got.tiles.map((t) => [t.id, t]));
    this.cell = { ...this.cell, tiles: this.cell.tiles.map((t) => now[t.id] ?? t) };
  }

  #fail(error: AssayError): void {
    this.error = error;
    this.phase = 'failed';
  }

  #leaveView(): void {
    if (this.#view !== null) void this.#client.call('view.close', { view: this.#view }).catch(() => undefined);
    this.#view = null;
  }
}
