/** What the keyboard can do in the Clean view. */
import { isOfCopies } from '../../../electron/contract/cleaning.ts';
import { type Decision } from '../../../electron/contract/words.ts';
import { t } from '../../messages/messages.svelte.ts';
import { type Action } from '../../state/keys.svelte.ts';
import { type Session } from '../../state/session.svelte.ts';
import { type AuditState } from './audit.svelte.ts';
import { type CleanState, fits, searching } from './clean.svelte.ts';
import { pairChoices } from './pair.ts';

export function cleanActions(session: Session, state: CleanState, audit: AuditState): Action[] {
  return [
    ...(state.tool === 'audit' ? auditActions(session, audit) : queueActions(session, state)),
    {
      id: 'clean.search',
      title: () => t('clean.searchAll'),
      enabled: () => !searching(state.job),
      run: () => void state.search(),
    },
    {
      id: 'clean.stop',
      title: () => t('clean.stop'),
      enabled: () => searching(state.job),
      run: () => void state.cancel(),
    },
    {
      id: 'clean.bulk',
      title: () => t('clean.bulk'),
      enabled: () => state.tool === 'queue' && state.queue.length > 0,
      run: () => (state.bulkOpen = true),
    },
    ...(['health', 'audit', 'scores'] as const).map((tool): Action => ({
      id: `clean.${tool}`,
      title: () => t(`clean.${tool}`),
      enabled: () => state.tool !== tool,
      run: () => (state.tool = tool),
    })),
    {
      id: 'clean.queue',
      title: () => t('clean.backToQueue'),
      key: 'Escape',
      enabled: () => state.tool !== 'queue',
      run: () => (state.tool = 'queue'),
    },
  ];
}

function queueActions(session: Session, state: CleanState): Action[] {
  const { finding } = state;
  const staged = (): boolean => state.finding !== null && state.mode === 'one';
  const fitting = (decision: Decision): boolean => staged() && state.finding !== null && fits(state.finding, decision);
  const action = (id: string, key: string, title: () => string, run: () => void, enabled = staged): Action => ({
    ...{ id: `clean.${id}`, title, key, enabled, run },
  });
  const decide = (decision: Decision, key: string, title: () => string): Action =>
    action(
      decision,
      key,
      title,
      () => void state.decide(decision),
      () => fitting(decision),
    );
  const copies = finding !== null && isOfCopies(finding.kind);
  return [
    ...(copies
      ? copyActions(state)
      : [
          decide('accept', 'y', () => t('clean.take')),
          decide('keep', 'k', () => t('clean.keep')),
          decide('unsure', 'u', () => t('clean.unsure')),
          decide('exclude', 'x', () => t('clean.exclude')),
        ]),
    action(
      'back',
      'ArrowLeft',
      () => t('clean.back'),
      () => state.back(),
      () => state.mode === 'one' && state.index > 0,
    ),
    action(
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
    ...classActions(
      session,
      (id) => void state.decide('change', id),
      () => fitting('change'),
    ),
  ];
}

/** Keys of copies: the choices that are offered, and how the two are compared. */
function copyActions(state: CleanState): Action[] {
  const { finding } = state;
  const [left, right] = [finding?.images[0], finding?.images[state.other] ?? finding?.images[1]];
  if (!finding || !left || !right) return [];
  const one = (): boolean => state.finding?.id === finding.id && state.mode === 'one';
  const compare = (key: string, mode: 'blink' | 'difference'): Action => ({
    id: `clean.${mode}`,
    title: () => t(`clean.${mode}`),
    key,
    enabled: one,
    run: () => (state.compare = state.compare === mode ? 'side' : mode),
  });
  return [
    ...pairChoices(finding, left, right, state.detail?.learned ?? []).map((choice): Action => ({
      id: `clean.pair.${choice.decision}.${choice.key}`,
      title: () => t(choice.name),
      key: choice.key,
      enabled: () => one() && choice.disabled !== true,
      run: () => void state.decide(choice.decision, null, choice.images ?? null),
    })),
    compare('b', 'blink'),
    compare('d', 'difference'),
  ];
}

function auditActions(session: Session, audit: AuditState): Action[] {
  const open = (): boolean => audit.current !== null;
  const say = (id: string, key: string, title: () => string, run: () => void): Action => ({
    ...{ id: `clean.audit.${id}`, title, key, enabled: open, run },
  });
  return [
    say(
      'right',
      'y',
      () => t('clean.labelRight'),
      () => void audit.say('right'),
    ),
    say(
      'wrong',
      'n',
      () => t('clean.labelWrong'),
      () => void audit.say('wrong'),
    ),
    say(
      'unsure',
      'u',
      () => t('clean.unsure'),
      () => void audit.say('unsure'),
    ),
    {
      ...say(
        'back',
        'ArrowLeft',
        () => t('clean.back'),
        () => audit.go(audit.index - 1),
      ),
      enabled: () => audit.index > 0,
    },
    say(
      'skip',
      'ArrowRight',
      () => t('clean.skip'),
      () => audit.go(audit.index + 1),
    ),
    ...classActions(session, (id) => void audit.say('wrong', id), open),
  ];
}

function classActions(session: Session, run: (id: number) => void, enabled: () => boolean): Action[] {
  return session.classes
    .filter((c) => c.key !== null)
    .map((c) => ({
      id: `clean.label.${c.id}`,
      title: () => c.name,
      key: c.key ?? undefined,
      hidden: true,
      enabled,
      run: () => run(c.id),
    }));
}
