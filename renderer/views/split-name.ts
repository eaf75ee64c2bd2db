/** Names of splits in the user's words. */
import { t } from '../messages/messages.svelte.ts';

const KEYS = {
  train: 'evaluate.splitTrain',
  validation: 'evaluate.splitValidation',
  test: 'evaluate.splitTest',
  'out-of-fold': 'evaluate.splitOutOfFold',
} as const;

/** A split that has no name of its own is shown as it is. */
export const splitName = (split: string): string => (split in KEYS ? t(KEYS[split as keyof typeof KEYS]) : split);
