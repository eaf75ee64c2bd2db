/** What can be done about two copies, with the keys that do it. */
import { type Decision, type Finding, type Tile } from '../../../electron/contract/words.ts';
import { type MessageKey } from '../../messages/messages.svelte.ts';

export interface PairChoice {
  key: string;
  decision: Decision;
  name: MessageKey;
  note?: MessageKey;
  /** Fills `{count}` of the note. */
  count?: number;
  /** Class that the choice gives, to be named on it. */
  class?: number | null;
  /** Whom it is about; left out: those that the kind means. */
  images?: number[];
  /** The test split is only mended. */
  disabled?: boolean;
}

/** @param learned images of a leak that models learn from */
export function pairChoices(finding: Finding, left: Tile, right: Tile, learned: readonly number[]): PairChoice[] {
  const not: PairChoice = { key: '0', decision: 'not-duplicate', name: 'clean.notDuplicate' };
  const keepOne = (key: string, name: MessageKey, note: MessageKey, other: Tile): PairChoice => ({
    ...{ key, name, note, decision: 'exclude', images: [other.id], disabled: other.split === 'test' },
  });
  switch (finding.kind) {
    case 'conflict':
      return [
        ...(finding.suggested === null
          ? []
          : [{ key: 'y', decision: 'accept', name: 'clean.take', class: finding.suggested } as const]),
        { key: 'k', decision: 'keep', name: 'clean.keepBoth', note: 'clean.neverAsked' },
        { key: 'x', decision: 'exclude', name: 'clean.exclude', disabled: finding.images.every(isTest) },
        not,
      ];
    case 'leak':
      return [
        {
          ...{ key: 'x', decision: 'exclude', name: 'clean.excludeLearned', note: 'clean.fromTraining' },
          ...{ count: learned.length, disabled: learned.length === 0 },
        },
        { key: 'k', decision: 'keep', name: 'clean.keepBoth', note: 'clean.neverAsked' },
        not,
      ];
    default:
      return [
        keepOne('1', 'clean.keepLeft', 'clean.excludesRight', right),
        keepOne('2', 'clean.keepRight', 'clean.excludesLeft', left),
        { key: '3', decision: 'accept', name: 'clean.keepBoth', note: 'clean.oneGroup' },
        not,
      ];
  }
}

const isTest = (tile: Tile): boolean => tile.split === 'test';
