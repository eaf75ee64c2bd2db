import { type BackboneInfo } from '../../../electron/contract/words.ts';
import { type MessageKey } from '../../messages/messages.svelte.ts';

/** Where a backbone comes from, in words. */
export const ORIGIN: Record<BackboneInfo['origin'], MessageKey> = {
  'built-in': 'models.originBuiltIn',
  project: 'models.originProject',
  untrained: 'models.originUntrained',
};
