/** Backbones that come with the program, in the language of the page; others are named by their file. */
import { type BackboneInfo } from '../../electron/contract/words.ts';
import { t } from '../messages/messages.svelte.ts';

const OURS = ['photo', 'page', 'classic', 'compact', 'compact-vit'] as const;
const ours = ({ name, origin }: BackboneInfo): (typeof OURS)[number] | undefined =>
  origin === 'project' ? undefined : OURS.find((one) => one === name);

export function backboneTitle(backbone: BackboneInfo): string {
  const known = ours(backbone);
  return known ? t(`models.title_${known}`) : backbone.title;
}

export function backboneAbout(backbone: BackboneInfo): string {
  const known = ours(backbone);
  return known ? t(`models.about_${known}`) : backbone.about;
}
