/** Recipes to begin with, by what the images are. */
import { type Draft } from './form.ts';

export const LOOKS: Readonly<Record<'Defaults' | 'Documents' | 'Photos', Draft>> = {
  Defaults: {},
  // Loss, balance and stopping of the document contest that the project grew out of.
  Documents: {
    data: { robust: true },
    augmentation: { plan: 'document' },
    loss: { kind: 'focal', gamma: 1.5, classWeights: 'effective-number', beta: 0.99 },
    stopping: { metric: 'either', patience: 10 },
  },
  Photos: {
    augmentation: { plan: 'photos' },
    regularisation: { mixup: 0.2 },
    stopping: { metric: 'either', patience: 10 },
  },
};
export type Look = keyof typeof LOOKS;

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;

/** Which of them the settings are; null: something of one's own. */
export function lookOf(parts: Draft): Look | null {
  const text = JSON.stringify(sorted(parts));
  return (Object.keys(LOOKS) as Look[]).find((look) => JSON.stringify(sorted(LOOKS[look])) === text) ?? null;
}
