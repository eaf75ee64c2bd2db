/** States of a batch in words. */
import { type BatchInfo } from '../../../electron/contract/words.ts';
import { type MessageKey } from '../../messages/messages.svelte.ts';

export const BATCH_STATE: Record<BatchInfo['state'], MessageKey> = {
  queued: 'batch.stateQueued',
  running: 'batch.stateRunning',
  done: 'batch.stateDone',
  failed: 'batch.stateFailed',
  cancelled: 'batch.stateCancelled',
  interrupted: 'batch.stateInterrupted',
};
