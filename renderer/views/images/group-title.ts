/** What a group is called on screen; names of sources are as they are. */
import { type ViewGroup } from '../../../electron/contract/contract.ts';
import { type ClassInfo, SPLITS } from '../../../electron/contract/words.ts';
import { t } from '../../messages/messages.svelte.ts';

export function groupTitle(group: ViewGroup, given: ClassInfo | null, predicted: ClassInfo | null): string {
  if (given) return given.name;
  if (predicted) return t('images.noLabelPredicted', { class: predicted.name });
  const split = SPLITS.find((s) => group.key === `split:${s}` || group.key === s);
  if (split) return t(`images.split_${split}`);
  if (group.title !== '') return group.title;
  return t(group.key.startsWith('prediction') ? 'images.noPrediction' : 'images.noLabel');
}
