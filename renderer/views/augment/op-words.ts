/** Ops, parameters, presets and drawn values in the user's words; what is not known yet is shown by its own name. */
import { type OpInfo, type Policy } from '../../../electron/contract/words.ts';
import { augment as english } from '../../messages/en/augment.ts';
import { type MessageKey, number, t } from '../../messages/messages.svelte.ts';
import { type PlanOp } from './ops.ts';

const known = (key: string, otherwise: string): string =>
  Object.hasOwn(english, key) ? t(`augment.${key}` as MessageKey) : otherwise;

export const opName = (op: string): string => known(`op-${op}`, op);
export const parameterName = (name: string): string => known(`par-${name}`, name);

const PRESETS: Record<string, MessageKey> = {
  none: 'augment.presetNone',
  light: 'augment.presetLight',
  photos: 'augment.presetPhotos',
  document: 'augment.presetDocument',
  'document contest': 'augment.presetContest',
};
export const presetName = (policy: Pick<Policy, 'name'>): string => {
  const key = PRESETS[policy.name];
  return key ? t(key) : policy.name;
};

/** A value with its unit: 12°, 3 %, 0.8×, 5 px. */
export function valueText(value: number, of: string): string {
  const unit = of === 'levels' ? t('augment.levels') : of;
  const text = number(value, undefined, 2).replace('-', '−');
  return unit === '' ? text : unit === '°' || unit === '×' ? `${text}${unit}` : `${text} ${unit}`;
}

/** An interval, shortest form: ±8°, ≤ 3 %, −15 to 15° where the two differ. */
export function rangeText([low, high]: readonly [number, number], unit: string): string {
  if (low === high) return valueText(low, unit);
  if (low === -high) return `±${valueText(high, unit)}`;
  return `${number(low, undefined, 2).replace('-', '−')}–${valueText(high, unit)}`;
}

/** The op's ranges in one line, for its folded row. */
export function opSummary(op: PlanOp, info: OpInfo | null): string {
  const texts = (info?.parameters ?? []).flatMap(({ name, unit }) => {
    const range = op.ranges[name];
    return range ? [rangeText(range, unit)] : [];
  });
  // Two limits that are the same are said once.
  return [...new Set(texts)].slice(0, 2).join(' / ');
}

/** What a draw applied, in words: "Rotate 4.2°, JPEG 62". Empty where nothing was. */
export function drawnText(
  parameters: readonly { op: string; values: Readonly<Record<string, number>> }[],
  ops: readonly OpInfo[],
): string {
  return parameters
    .map(({ op, values }) => {
      const units = ops.find((o) => o.op === op)?.parameters ?? [];
      const parts = Object.entries(values).map(([name, value]) =>
        valueText(value, units.find((p) => p.name === name)?.unit ?? ''),
      );
      return [opName(op), parts.join(' / ')].filter(Boolean).join(' ');
    })
    .join(', ');
}
