/** The catalogue's first format: images, the label log, runs, findings, jobs, batches. */
import { type Migration } from './migration.ts';

/**
 * Names: `grp` and `position` stand for group and order, which are words of SQL. An index ends in `id` where a scan goes
 * on from (key, id): equal keys are then walked without reading them twice. A table with triggers looks, at every insert,
 * into every table that refers to it: each of those needs an index that begins with the reference, and `probability`,
 * which has none, refers to no image. (Images are never deleted.)
 */
const SCHEMA = `
CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL) STRICT;
INSERT INTO revision VALUES (1, 0);

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE class (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  short_name TEXT,
  key TEXT,
  colour INTEGER NOT NULL,
  grp TEXT,
  position INTEGER NOT NULL,
  merged_into INTEGER REFERENCES class
) STRICT;
CREATE UNIQUE INDEX class_key ON class (key) WHERE merged_into IS NULL;

CREATE TABLE image (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES source,
  path TEXT NOT NULL,
  path_key TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  hash TEXT,
  bytes INTEGER NOT NULL,
  mtime INTEGER NOT NULL,
  format TEXT,
  width INTEGER,
  height INTEGER,
  aspect REAL,
  brightness REAL,
  blur REAL,
  status TEXT NOT NULL CHECK (status IN ('ok', 'unreadable', 'missing')),
  reason TEXT,
  added_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  class INTEGER REFERENCES class,
  label_by TEXT CHECK (label_by IN ('import', 'person', 'accepted', 'cleared')),
  split TEXT NOT NULL DEFAULT 'none' CHECK (split IN ('train', 'validation', 'test', 'none')),
  unsure INTEGER NOT NULL DEFAULT 0,
  excluded INTEGER NOT NULL DEFAULT 0,
  note TEXT,
  grp INTEGER,
  UNIQUE (source, path_key)
) STRICT;
CREATE INDEX image_source ON image (source, id, path_key);
CREATE INDEX image_name ON image (name_key, id, name);
CREATE INDEX image_hash ON image (hash, name);
CREATE INDEX image_class ON image (class);
CREATE INDEX image_label_by ON image (label_by);
CREATE INDEX image_split ON image (split);
CREATE INDEX image_status ON image (status);
CREATE INDEX image_unsure ON image (unsure) WHERE unsure = 1;
CREATE INDEX image_excluded ON image (excluded) WHERE excluded = 1;
CREATE INDEX image_group ON image (grp) WHERE grp IS NOT NULL;
CREATE INDEX image_format ON image (format);
CREATE INDEX image_bytes ON image (bytes);
CREATE INDEX image_width ON image (width);
CREATE INDEX image_height ON image (height);
CREATE INDEX image_aspect ON image (aspect);
CREATE INDEX image_brightness ON image (brightness);
CREATE INDEX image_blur ON image (blur);
CREATE INDEX image_added ON image (added_at);
CREATE INDEX image_changed ON image (changed_at);

CREATE TABLE tally (
  class INTEGER NOT NULL,
  split TEXT NOT NULL,
  status TEXT NOT NULL,
  unsure INTEGER NOT NULL,
  excluded INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (class, split, status, unsure, excluded)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER image_inserted AFTER INSERT ON image BEGIN
  INSERT INTO tally VALUES (coalesce(NEW.class, 0), NEW.split, NEW.status, NEW.unsure, NEW.excluded, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER image_deleted AFTER DELETE ON image BEGIN
  UPDATE tally SET n = n - 1 WHERE class = coalesce(OLD.class, 0) AND split = OLD.split AND status = OLD.status
    AND unsure = OLD.unsure AND excluded = OLD.excluded;
END;
CREATE TRIGGER image_updated AFTER UPDATE OF class, split, status, unsure, excluded ON image BEGIN
  UPDATE tally SET n = n - 1 WHERE class = coalesce(OLD.class, 0) AND split = OLD.split AND status = OLD.status
    AND unsure = OLD.unsure AND excluded = OLD.excluded;
  INSERT INTO tally VALUES (coalesce(NEW.class, 0), NEW.split, NEW.status, NEW.unsure, NEW.excluded, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TABLE action (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  author TEXT NOT NULL,
  kind TEXT NOT NULL,
  summary TEXT NOT NULL,
  changed INTEGER NOT NULL DEFAULT 0,
  inverse_of INTEGER REFERENCES action,
  undone_by INTEGER REFERENCES action,
  open INTEGER NOT NULL DEFAULT 0,
  open_key TEXT
) STRICT;
CREATE INDEX action_live ON action (id) WHERE inverse_of IS NULL AND undone_by IS NULL;
CREATE INDEX action_undone ON action (id) WHERE inverse_of IS NULL AND undone_by IS NOT NULL;
CREATE INDEX action_open ON action (id) WHERE open = 1;
CREATE INDEX action_inverse ON action (inverse_of) WHERE inverse_of IS NOT NULL;
CREATE INDEX action_undone_by ON action (undone_by) WHERE undone_by IS NOT NULL;

CREATE TABLE label_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  action INTEGER NOT NULL REFERENCES action,
  image INTEGER NOT NULL REFERENCES image,
  field TEXT NOT NULL CHECK (field IN ('class', 'state', 'note', 'split', 'group')),
  before ANY,
  after ANY,
  before_by TEXT,
  after_by TEXT
) STRICT;
CREATE UNIQUE INDEX label_event_action ON label_event (action, field, image);
CREATE INDEX label_event_image ON label_event (image, id);
CREATE INDEX label_event_field ON label_event (field, id);

CREATE TABLE class_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  action INTEGER NOT NULL REFERENCES action,
  class INTEGER NOT NULL REFERENCES class,
  before INTEGER,
  after INTEGER
) STRICT;
CREATE INDEX class_event_action ON class_event (action);

CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
  params TEXT NOT NULL,
  phase TEXT NOT NULL DEFAULT '',
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  troubles INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  result TEXT,
  error TEXT,
  resume TEXT
) STRICT;
CREATE INDEX job_state ON job (state);
CREATE TABLE job_log (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
  at INTEGER NOT NULL,
  line TEXT NOT NULL
) STRICT;
CREATE INDEX job_log_job ON job_log (job);

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'stopped')),
  preset TEXT NOT NULL,
  backbones TEXT NOT NULL,
  size INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  seconds REAL NOT NULL DEFAULT 0,
  snapshot INTEGER NOT NULL,
  classes TEXT NOT NULL,
  split TEXT NOT NULL DEFAULT '',
  images INTEGER NOT NULL DEFAULT 0,
  accuracy REAL,
  macro_f1 REAL,
  bytes INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  recipe TEXT NOT NULL,
  extra TEXT NOT NULL DEFAULT '{}',
  job INTEGER REFERENCES job ON DELETE SET NULL
) STRICT;

CREATE TABLE probability (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  part TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test', 'none', 'out-of-fold')),
  image INTEGER NOT NULL,
  p BLOB NOT NULL,
  PRIMARY KEY (run, part, image)
) STRICT, WITHOUT ROWID;

CREATE TABLE prediction (
  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  image INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
  rank INTEGER NOT NULL,
  class INTEGER REFERENCES class,
  p REAL NOT NULL,
  margin REAL NOT NULL,
  entropy REAL NOT NULL,
  PRIMARY KEY (run, image)
) STRICT, WITHOUT ROWID;
CREATE INDEX prediction_class ON prediction (run, class, image);
CREATE INDEX prediction_p ON prediction (run, p, image);
CREATE INDEX prediction_margin ON prediction (run, margin, image);
CREATE INDEX prediction_entropy ON prediction (run, entropy, image);
CREATE INDEX prediction_image ON prediction (image, run);

CREATE TABLE finding (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  given INTEGER REFERENCES class,
  suggested INTEGER REFERENCES class,
  score REAL NOT NULL,
  likely INTEGER NOT NULL DEFAULT 0,
  reasons TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}',
  decision TEXT
) STRICT;
CREATE INDEX finding_queue ON finding (kind, score);
CREATE INDEX finding_open ON finding (kind, score) WHERE decision IS NULL;
CREATE INDEX finding_decided ON finding (kind, score) WHERE decision IS NOT NULL;
CREATE INDEX finding_kinds ON finding (kind, decision, likely);
CREATE INDEX finding_subject ON finding (kind, subject, given);
CREATE TABLE finding_image (
  finding INTEGER NOT NULL REFERENCES finding ON DELETE CASCADE,
  image INTEGER NOT NULL REFERENCES image ON DELETE CASCADE,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  open INTEGER NOT NULL,
  score REAL NOT NULL,
  PRIMARY KEY (finding, image)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_image_image ON finding_image (image, open, kind);
CREATE INDEX finding_image_kind ON finding_image (kind, image);
CREATE INDEX finding_image_open ON finding_image (open, image);
CREATE INDEX finding_image_both ON finding_image (kind, open, image);
CREATE INDEX finding_image_score ON finding_image (score, image);
CREATE INDEX finding_image_kind_score ON finding_image (kind, score, image);

CREATE TABLE decision (
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  given INTEGER NOT NULL,
  decision TEXT NOT NULL,
  class INTEGER,
  score REAL NOT NULL,
  likely INTEGER NOT NULL,
  corrected INTEGER NOT NULL,
  at INTEGER NOT NULL,
  author TEXT NOT NULL,
  action INTEGER NOT NULL REFERENCES action,
  PRIMARY KEY (kind, subject, given)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_order ON decision (at);
CREATE INDEX decision_action ON decision (action);
CREATE TABLE decision_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  action INTEGER NOT NULL REFERENCES action,
  finding INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  given INTEGER NOT NULL,
  before TEXT,
  after TEXT
) STRICT;
CREATE INDEX decision_event_action ON decision_event (action);

CREATE TABLE batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  folder TEXT NOT NULL,
  out TEXT NOT NULL,
  run INTEGER NOT NULL,
  run_name TEXT NOT NULL,
  views TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  job INTEGER REFERENCES job ON DELETE SET NULL,
  images INTEGER NOT NULL DEFAULT 0,
  undecided_below REAL NOT NULL,
  options TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE TABLE batch_row (
  batch INTEGER NOT NULL REFERENCES batch ON DELETE CASCADE,
  row INTEGER NOT NULL,
  path TEXT NOT NULL,
  class TEXT,
  p REAL,
  next TEXT,
  next_p REAL,
  undecided INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  probabilities BLOB,
  PRIMARY KEY (batch, row)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX batch_row_path ON batch_row (batch, path);
CREATE INDEX batch_row_undecided ON batch_row (batch, row) WHERE undecided = 1;
CREATE INDEX batch_row_failed ON batch_row (batch, row) WHERE error IS NOT NULL;

CREATE TABLE backbone (
  name TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  info TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

export const first: Migration = { version: 1, name: 'first', up: (db) => void db.exec(SCHEMA) };
