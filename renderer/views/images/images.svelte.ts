/** The Images view: its query, the result it opened, selection and place. It outlives the component, so one returns to where one was. */
import { type LabelChange, type Output, type Selection as Whom } from '../../../electron/contract/contract.ts';
import { type AssayError } from '../../../electron/contract/errors.ts';
import { type ImageDetail, type Tile } from '../../../electron/contract/words.ts';
import { type Session } from '../../state/session.svelte.ts';
import { Latest } from '../latest.ts';
import { type Mode } from './layout.ts';
import { RowSet } from './row-set.ts';
import { Selection } from './selection.svelte.ts';
import { TileStore } from './tile-store.svelte.ts';

export type Group = 'none' | 'class' | 'split' | 'source' | 'prediction';
type Opened = Omit<Output<'view.open'>, 'tiles'>;

/** Asked with the view: the first screen needs no second question. */
const FIRST = 192;

export class ImagesState {
  readonly session: Session;
  /** What stands in the query bar. */
  text = $state('');
  /** The query of the result on screen. */
  shown = $state('');
  view = $state.raw<Opened | null>(null);
  store = $state.raw<TileStore | null>(null);
  error = $state.raw<AssayError | null>(null);
  /** A first result is under way: nothing can be shown yet. */
  loading = $state(true);
  /** What was committed since may have changed who belongs here. */
  outdated = $state(false);
  group = $state<Group>('class');
  mode = $state<Mode>('justified');
  /** Keys of folded groups. */
  folded = $state.raw<readonly string[]>([]);
  readonly selection = new Selection();
  loupe = $state(false);
  similar = $state(false);
  /** Probability above which Ctrl+Enter accepts. */
  acceptAbove = $state(0.9);
  detail = $state.raw<ImageDetail | null>(null);
  /** Grows when the grid shall show the cursor. */
  reveal = $state(0);
  /** Scroll position, kept while another view is open. */
  top = 0;

  readonly #opening = new Latest();
  readonly #detailing = new Latest();

  constructor(session: Session) {
    this.session = session;
  }

  get total(): number {
    return this.view?.total ?? 0;
  }

  tile(row: number | null): Tile | undefined {
    return row === null ? undefined : this.store?.get(row);
  }

  get current(): Tile | undefined {
    return this.tile(this.selection.cursor);
  }

  /** Runs the query in the bar. The old result stays until the new one is there. */
  async run(): Promise<void> {
    const query = this.text;
    const before = this.current?.id ?? null;
    const answer = await this.#opening.ask((signal) =>
      this.session.client.call('view.open', { query, group: this.group, first: FIRST }, { signal }),
    );
    if (!answer) return;
    this.loading = false;
    this.error = answer.error;
    if (answer.error) return;
    const { tiles, ...view } = answer.value;
    this.store?.close();
    const changed = query !== this.shown;
    this.store = new TileStore(this.session.client, view.view, view.total, tiles, (thrown) => this.#failed(thrown));
    this.view = view;
    this.shown = query;
    this.outdated = false;
    this.selection.reset();
    if (changed) {
      this.top = 0;
      this.folded = [];
    } else if (before !== null) await this.#return(before);
  }

  /** A filter from elsewhere: a class of the side list, another view. One whose order matters comes without groups. */
  show(query: string): void {
    this.text = query;
    if (/(^|\s)(sort|similar):/.test(query)) this.group = 'none';
    this.loupe = false;
    void this.run();
  }

  async regroup(group: Group): Promise<void> {
    this.group = group;
    await this.run();
  }

  fold(key: string): void {
    this.folded = this.folded.includes(key) ? this.folded.filter((k) => k !== key) : [...this.folded, key];
  }

  /** Goes to a row and shows it. */
  go(row: number, extend = false): void {
    if (this.total === 0) return;
    const to = Math.min(Math.max(0, row), this.total - 1);
    if (extend) this.selection.extend(to);
    else this.selection.only(to);
    this.reveal++;
  }

  /** What a key works on: the image in the loupe, else the selection, else where one is. */
  get touched(): RowSet {
    const { rows, cursor } = this.selection;
    if (!this.loupe && rows.count > 0) return rows;
    return cursor === null ? RowSet.empty : RowSet.rows([cursor]);
  }

  whom(rows: RowSet): Whom | null {
    if (!this.view || rows.count === 0) return null;
    return { view: this.view.view, ranges: rows.ranges.map(([from, to]): [number, number] => [from, to]) };
  }

  /** After a label: the row below what was touched. */
  advance(): void {
    const last = this.touched.last;
    if (last !== null && last + 1 < this.total) this.go(last + 1);
  }

  /** Asks about the image under the cursor. */
  async look(id: number | null): Promise<void> {
    if (id === null) {
      this.#detailing.stop();
      this.detail = null;
      return;
    }
    const answer = await this.#detailing.ask((signal) => this.session.client.call('images.detail', { id }, { signal }));
    if (answer?.value) this.detail = answer.value;
  }

  /** What the engine committed. */
  changed(what: ReadonlySet<string>): void {
    if (what.has('images')) {
      // A growing project is shown growing, but nothing moves under a hand.
      if (this.total === 0 || (this.selection.count === 0 && this.top === 0)) void this.run();
      else this.outdated = true;
    } else if (what.has('labels') || what.has('runs') || what.has('findings')) {
      this.store?.refresh();
      this.outdated = true;
    }
    const id = this.current?.id;
    if (id !== undefined) void this.look(id);
  }

  async #return(id: number): Promise<void> {
    if (!this.view) return;
    const [row] = await this.session.client.call('view.rows', { view: this.view.view, ids: [id] });
    if (row !== null && row !== undefined) this.go(row);
  }

  #failed(thrown: unknown): void {
    const error = thrown as AssayError;
    if (error.code === 'view/closed') void this.run();
    else this.session.fail(thrown);
  }
}

const states = new WeakMap<Session, { project: string; state: ImagesState }>();
/** The state of this session's open project. */
export function imagesOf(session: Session): ImagesState {
  const project = session.project?.path ?? '';
  const known = states.get(session);
  if (known?.project === project) return known.state;
  const state = new ImagesState(session);
  states.set(session, { project, state });
  return state;
}

export type { LabelChange };
