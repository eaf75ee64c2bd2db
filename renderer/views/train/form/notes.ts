/** What a folded group of settings says of itself, in a few words. */
import { type RecipeParts } from '../../../../electron/contract/recipe.ts';
import { type MessageKey, t } from '../../../messages/messages.svelte.ts';
import { presetName } from '../../augment/op-words.ts';
import { type Group } from './fields.ts';

const word = (key: string): string => t(`recipe.${key}` as MessageKey);

/** Empty while the recipe is not known. */
export function groupNote(group: Group, recipe: RecipeParts | null, ownPlan: string | null = null): string {
  if (!recipe) return '';
  const { data, augmentation, loss, optimizer, regularisation, device, stopping } = recipe;
  switch (group) {
    case 'data':
      return data.folds > 0
        ? t('recipe.noteFolds', { count: data.folds })
        : t('recipe.noteHeld', { share: Math.round(data.validationShare * 100) });
    case 'augmentation':
      return augmentation.groups ? augmentation.groups.name : planName(augmentation.plan, ownPlan);
    case 'loss': {
      const name = word(`loss.kind=${loss.kind}`);
      return loss.classWeights === 'none' ? name : t('recipe.noteBalanced', { loss: name });
    }
    case 'optimizer':
      return t('recipe.noteRate', {
        optimizer: word(`optimizer.kind=${optimizer.kind}`),
        rate: String(optimizer.rate),
      });
    case 'regularisation': {
      const names = (['mixup', 'cutmix', 'dropout', 'stochasticDepth'] as const)
        .filter((name) => regularisation[name] > 0)
        .map((name) => word(`regularisation.${name}`));
      return (
        [...(regularisation.ema > 0 ? [t('recipe.noteAverage')] : []), ...names].join(', ') || t('recipe.noteNone')
      );
    }
    case 'device':
      return word(`device.provider=${device.provider}`);
    case 'stopping':
      return stopping.metric === 'none'
        ? t('recipe.noteAll')
        : t('recipe.noteStopping', { metric: word(`stopping.metric=${stopping.metric}`), count: stopping.patience });
  }
}

/**
 * A plan of the program is named as in the Augment view; a name that is none of them is shown as it is.
 * @param own name of the plan that the project keeps
 */
export function planName(plan: string, own: string | null = null): string {
  if (plan !== 'project') return presetName({ name: plan });
  const words = word('augmentation.plan=project');
  if (own === null) return words;
  return `${words}: ${own === 'own' ? t('augment.own') : presetName({ name: own })}`;
}
