/** What the keyboard can do in the Clean view. */
import { t } from '../../messages/messages.svelte.ts';
import { type Action } from '../../state/keys.svelte.ts';
import { type Session } from '../../state/session.svelte.ts';
import { type CleanState, searching } from './clean.svelte.ts';

export function cleanActions(session: Session, state: CleanState): Action[] {
  const staged = (): boolean => state.finding !== null && state.mode === 'one';
  const decide = (id: string, key: string, title: () => string, run: () => void, enabled = staged): Action => ({
    id: `clean.${id}`,
    title,
    key,
    enabled,
    run,
  });
  return [
    decide(
      'take',
      'y',
      () => t('clean.take'),
      () => void state.decide('accept'),
      () => staged() && state.finding?.suggested != null,
    ),
    decide(
      'keep',
      'k',
      () => t('clean.keep'),
      () => void state.decide('keep'),
    ),
    decide(
      'unsure',
      'u',
      () => t('clean.unsure'),
      () => void state.decide('unsure'),
    ),
    decide(
      'exclude',
      'x',
      () => t('clean.exclude'),
      () => void state.decide('exclude'),
    ),
    decide(
      'back',
      'ArrowLeft',
      () => t('clean.back'),
      () => state.back(),
      () => state.mode === 'one' && state.index > 0,
    ),
    decide(
      'skip',
      'ArrowRight',
      () => t('clean.skip'),
      () => state.skip(),
    ),
    {
      id: 'clean.grid',
      title: () => t('clean.grid'),
      key: 'g',
      enabled: () => state.queue.length > 0 && !session.classes.some((c) => c.key === 'g'),
      run: () => (state.mode = state.mode === 'grid' ? 'one' : 'grid'),
    },
    {
      id: 'clean.search',
      title: () => t('clean.searchLabels'),
      enabled: () => !searching(state.job),
      run: () => void state.search(),
    },
    {
      id: 'clean.stop',
      title: () => t('clean.stop'),
      enabled: () => searching(state.job),
      run: () => void state.cancel(),
    },
    ...session.classes
      .filter((c) => c.key !== null)
      .map((c): Action => ({
        id: `clean.label.${c.id}`,
        title: () => c.name,
        key: c.key ?? undefined,
        hidden: true,
        enabled: staged,
        run: () => void state.decide('change', c.id),
      })),
  ];
}
