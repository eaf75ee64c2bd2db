/** The catalogue: everything a project knows, in SQLite. Start at README.md. */
export * from './catalogue.ts';
export type * from './classes.ts';
export type * from './counts.ts';
export type * from './groups.ts';
export type * from './history.ts';
export type * from './images.ts';
export type * from './labels.ts';
export { type Door, type Holder, holderOf } from './lock.ts';
export * from './names.ts';
export type * from './merge.ts';
export { PARTS, type Part, type Predictions, type RunClass, type Stored, summarize } from './predictions.ts';
export type * from './runs.ts';
export type * from './settings.ts';
export type * from './snapshots.ts';
export type * from './sources.ts';
export type * from './tiles.ts';
export type * from './views.ts';
