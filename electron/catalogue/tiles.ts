/** Images as the interface asks for them: tiles by the hundred, one in detail. */
import {
  AssayError,
  type FindingKind,
  type ImageDetail,
  type LabelEvent,
  type Split,
  type Tile,
} from '../contract/index.ts';
import { type Classes } from './classes.ts';
import { type Predictions } from './predictions.ts';
import { type Store } from './store.ts';

export interface Tiles {
  /** In the order of `ids`; unknown ids are left out. */
  tiles(ids: ArrayLike<number>): Tile[];
  /** Throws `image/missing` for an unknown id. */
  detail(id: number): ImageDetail;
}

interface Row {
  id: number;
  name: string;
  hash: string | null;
  width: number;
  height: number;
  class: number | null;
  split: Split;
  unsure: number;
  excluded: number;
  status: Tile['status'];
}

interface DetailRow {
  path: string;
  source: string;
  format: string | null;
  bytes: number;
  reason: string | null;
  note: string | null;
  group: number | null;
  brightness: number | null;
  blur: number | null;
  addedAt: number;
  labelBy: 'import' | 'person' | 'accepted' | 'cleared' | null;
}

export function createTiles(store: Store, classes: Classes, predictions: Predictions): Tiles {
  function tiles(ids: ArrayLike<number>): Tile[] {
    const list = JSON.stringify(Array.from(ids));
    const rows = store.all<Row>(
      `SELECT i.id, i.name, i.hash, coalesce(i.width, 0) AS width, coalesce(i.height, 0) AS height, i.class, i.split,
         i.unsure, i.excluded, i.status FROM json_each(?) j CROSS JOIN image i ON i.id = j.value`,
      list,
    );
    const findings = new Map<number, FindingKind[]>();
    for (const { image, kind } of store.all<{ image: number; kind: FindingKind }>(
      `SELECT DISTINCT f.image, f.kind FROM json_each(?) j CROSS JOIN finding_image f ON f.image = j.value AND f.open = 1`,
      list,
    )) {
      const kinds = findings.get(image);
      if (kinds) kinds.push(kind);
      else findings.set(image, [kind]);
    }
    const ghosts = predictions.ghosts(list);
    const byId = new Map<number, Tile>();
    for (const row of rows)
      byId.set(row.id, {
        ...row,
        unsure: row.unsure === 1,
        excluded: row.excluded === 1,
        findings: findings.get(row.id) ?? [],
        ghost: ghosts.get(row.id) ?? null,
      });
    return Array.from(ids, (id) => byId.get(id)).filter((t) => t !== undefined);
  }

  function history(id: number): LabelEvent[] {
    const names = new Map(classes.all().map((c) => [c.id, c.name]));
    const say = (field: string, value: string | number | null): string | null => {
      if (value === null) return null;
      return field === 'class' ? (names.get(Number(value)) ?? String(value)) : String(value);
    };
    return store
      .all<Omit<LabelEvent, 'before' | 'after'> & { before: string | number | null; after: string | number | null }>(
        `SELECT e.action, a.at, a.author, a.kind, e.field, e.before, e.after
         FROM label_event e JOIN action a ON a.id = e.action WHERE e.image = ? ORDER BY e.id DESC`,
        id,
      )
      .map((e) => ({ ...e, before: say(e.field, e.before), after: say(e.field, e.after) }));
  }

  return {
    tiles,
    detail(id) {
      const [tile] = tiles([id]);
      const row = store.get<DetailRow>(
        `SELECT i.path, s.name AS source, i.format, i.bytes, i.reason, i.note, i.grp AS "group", i.brightness, i.blur,
           i.added_at AS addedAt, i.label_by AS labelBy FROM image i JOIN source s ON s.id = i.source WHERE i.id = ?`,
        id,
      );
      if (!tile || !row) throw new AssayError('image/missing', { subject: `#${id}` });
      const slash = row.path.lastIndexOf('/');
      return {
        ...tile,
        ...row,
        folder: slash < 0 ? '' : row.path.slice(0, slash),
        labelBy: row.labelBy === 'cleared' ? null : row.labelBy,
        history: history(id),
        predictions: predictions.ofImage(id),
      };
    },
  };
}
