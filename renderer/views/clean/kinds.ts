/** Names and icons of the kinds of findings, and words of decisions. */
import { type Component } from 'svelte';
import AlertIcon from '@lucide/svelte/icons/triangle-alert';
import CopyIcon from '@lucide/svelte/icons/copy';
import DotIcon from '@lucide/svelte/icons/circle-dot';
import EyeOffIcon from '@lucide/svelte/icons/eye-off';
import FilesIcon from '@lucide/svelte/icons/files';
import MergeIcon from '@lucide/svelte/icons/merge';
import SplitIcon from '@lucide/svelte/icons/split';
import TagIcon from '@lucide/svelte/icons/tag';
import { type Decision, type FindingKind } from '../../../electron/contract/words.ts';
import { type MessageKey } from '../../messages/messages.svelte.ts';

type Icon = Component<{ size?: number; strokeWidth?: number }>;

export const KINDS: Record<FindingKind, { name: MessageKey; icon: Icon }> = {
  'label-error': { name: 'clean.kindLabelError', icon: TagIcon },
  conflict: { name: 'clean.kindConflict', icon: FilesIcon },
  leak: { name: 'clean.kindLeak', icon: SplitIcon },
  duplicate: { name: 'clean.kindDuplicate', icon: CopyIcon },
  quality: { name: 'clean.kindQuality', icon: EyeOffIcon },
  outlier: { name: 'clean.kindOutlier', icon: DotIcon },
  overlap: { name: 'clean.kindOverlap', icon: MergeIcon },
  spurious: { name: 'clean.kindSpurious', icon: AlertIcon },
};

export const DECIDED: Record<Decision, MessageKey> = {
  accept: 'clean.decidedAccept',
  keep: 'clean.decidedKeep',
  change: 'clean.decidedChange',
  unsure: 'clean.decidedUnsure',
  exclude: 'clean.decidedExclude',
  'not-duplicate': 'clean.decidedNotDuplicate',
};
