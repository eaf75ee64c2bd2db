/** Recipes side by side, and what is to be said about an input size. */
import { type BackboneInfo, type RunInfo } from '../../../electron/contract/words.ts';
import { backboneTitle } from '../backbone-words.ts';

export interface DiffRow {
  /** Path of the setting: `optimizer.learningRate`. */
  key: string;
  a: string;
  b: string;
}

/** Nested settings as one flat list of path and text. Lists are one value: their order is part of them. */
export function flatten(recipe: Readonly<Record<string, unknown>>, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(recipe)) {
    const path = prefix ? `${prefix}.${key}` : key;
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [inner, text] of flatten(value as Record<string, unknown>, path)) flat.set(inner, text);
    else flat.set(path, settingText(value));
  }
  return flat;
}

const settingText = (value: unknown): string =>
  value === null || value === undefined
    ? '—'
    : Array.isArray(value)
      ? value.map(settingText).join(', ')
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);

/** Only what differs, in the order of the first recipe; `same` counts the settings that do not. */
export function recipeDiff(a: Pick<RunInfo, 'recipe'>, b: Pick<RunInfo, 'recipe'>): { rows: DiffRow[]; same: number } {
  const [left, right] = [flatten(a.recipe), flatten(b.recipe)];
  const rows: DiffRow[] = [];
  let same = 0;
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [x, y] = [left.get(key) ?? '—', right.get(key) ?? '—'];
    if (x === y) same++;
    else rows.push({ key, a: x, b: y });
  }
  return { rows, same };
}

export type SizeNote =
  { kind: 'native'; size: number } | { kind: 'fixed' | 'far' | 'multiple'; name: string; size: number; asked: number };

/** A size further than this factor from the native one is worth a warning. */
const FAR = 1.6;

/**
 * What to say about the size: the native size where it is used, otherwise the first thing that is wrong with the asked
 * one. A network of fixed size refuses all others; pre-trained filters lose at far ones.
 */
export function sizeNote(chosen: readonly BackboneInfo[], asked: number | null): SizeNote | null {
  if (asked === null) {
    const natives = [...new Set(chosen.map((b) => b.fixedSize ?? b.nativeSize).filter((s) => s > 0))];
    return natives.length === 1 && natives[0] ? { kind: 'native', size: natives[0] } : null;
  }
  for (const b of chosen)
    if (b.fixedSize !== null && b.fixedSize !== asked)
      return { kind: 'fixed', name: backboneTitle(b), size: b.fixedSize, asked };
  for (const b of chosen)
    if (b.fixedSize === null && b.multiple > 1 && asked % b.multiple !== 0)
      return { kind: 'multiple', name: backboneTitle(b), size: b.multiple, asked };
  for (const b of chosen)
    if (b.nativeSize > 0 && (asked / b.nativeSize > FAR || b.nativeSize / asked > FAR))
      return { kind: 'far', name: backboneTitle(b), size: b.nativeSize, asked };
  return null;
}

/** What a first run takes: the built-in networks for pages and photographs together, or whatever comes first. */
export function defaultBackbones(known: readonly BackboneInfo[]): string[] {
  const pair = known.filter((b) => b.origin === 'built-in' && ['page', 'photo'].includes(b.name)).map((b) => b.name);
  return pair.length > 0 ? pair : known.slice(0, 1).map((b) => b.name);
}
