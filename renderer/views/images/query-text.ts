/** The query as text: what a click adds to it and takes from it. The grammar itself is the engine's. */
import { type Chip } from '../../../electron/contract/contract.ts';

/** A value as it may stand after a field: quoted where it holds a space, a comma or a bracket. */
export const quoted = (value: string): string => (/[\s,()"]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value);

export const classQuery = (name: string): string => `class:${quoted(name)}`;

/** The text without a chip; a joining OR and empty brackets go with it. */
export function withoutChip(text: string, chip: Pick<Chip, 'start' | 'end'>): string {
  let before = text.slice(0, chip.start);
  let after = text.slice(chip.end);
  if (/\bOR\s*$/.test(before)) before = before.replace(/\s*\bOR\s*$/, ' ');
  else if (/^\s*OR\b/.test(after)) after = after.replace(/^\s*OR\b\s*/, ' ');
  return `${before}${after}`
    .replace(/-?\(\s*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The text with another condition at its end. */
export const withCondition = (text: string, condition: string): string =>
  text.trim() === '' ? condition : `${text.trim()} ${condition}`;

/** Whether a chip row filters by this class. */
export const filtersClass = (chips: readonly Chip[], name: string): boolean =>
  chips.some(
    (chip) =>
      chip.field === 'class' &&
      !chip.negated &&
      chip.value.split(',').some((part) => part.trim().replace(/^"|"$/g, '') === name),
  );
