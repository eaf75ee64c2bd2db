/** A tile in words, for screen readers: name, label or prediction, marks. */
import { type ClassInfo, type Tile } from '../../../electron/contract/words.ts';
import { fixed, t } from '../../messages/messages.svelte.ts';

export function tileName(tile: Tile, label: ClassInfo | null, predicted: ClassInfo | null): string {
  return [
    tile.name,
    label ? t('images.labelIs', { class: label.name }) : t('images.noLabel'),
    predicted && predicted.id !== label?.id
      ? t('images.predictedIs', { class: predicted.name, p: fixed(tile.ghost?.p) })
      : null,
    tile.unsure ? t('images.unsure') : null,
    tile.excluded ? t('images.excludedMark') : null,
    tile.split === 'test' ? t('images.inTest') : null,
    tile.status === 'ok' ? null : t(`images.${tile.status}`),
    tile.findings.length > 0 ? t('images.hasFinding') : null,
  ]
    .filter(Boolean)
    .join(', ');
}
