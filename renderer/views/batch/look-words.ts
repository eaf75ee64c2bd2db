/** A way of looking in words: "4 turns; straightened where entropy ≥ 0.42, 85 % of the answer". */
import { type TunedLook } from '../../../electron/contract/tune.ts';
import { fixed, number, t } from '../../messages/messages.svelte.ts';
import { AVERAGE, RESTORATION, ROUTE, VIEWS } from './batch-words.ts';

export function lookWords({ views, average, stage2 }: TunedLook): string {
  const first =
    views === 'none'
      ? t('batch.lookOnce')
      : t('batch.lookViews', { views: t(VIEWS[views]), average: t(AVERAGE[average]) });
  if (!stage2) return first;
  const { op, route, gate, limitShare, blend } = stage2;
  const rule = route === 'pred' ? t(ROUTE[route]) : `${t(ROUTE[route])} ≥ ${fixed(gate, 3)}`;
  const most = limitShare > 0 ? [t('batch.lookMost', { share: number(limitShare * 100) })] : [];
  const parts = [rule, ...most, t('batch.lookBlend', { blend: fixed(blend) })];
  return `${first}; ${t(RESTORATION[op])}: ${parts.join(', ')}`;
}
