/** Every format of the catalogue, oldest first. A migration that was released is never edited: add the next. */
import { first } from './001-first.ts';
import { type Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [first];
