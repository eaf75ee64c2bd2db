/** What the keyboard can do in the Evaluate view. */
import { nextWrong } from '../../components/charts/index.ts';
import { t } from '../../messages/messages.svelte.ts';
import { type Action } from '../../state/keys.svelte.ts';
import { type Session } from '../../state/session.svelte.ts';
import { quoted } from './cell.ts';
import { type CompareState } from './compare/compare.svelte.ts';
import { type EvaluateState } from './evaluate.svelte.ts';

/** Labels the current image of the opened cell, and says so with an Undo. */
export async function relabel(session: Session, state: EvaluateState, classId: number): Promise<void> {
  const name = state.cell?.tiles[state.current]?.name ?? '';
  const action = await state.relabel(classId);
  if (action) session.toasts.quietly(`${name} → ${session.classById.get(classId)?.name ?? ''}`, { undo: true });
}

/** Opens the next or previous cell with an error. */
export function step(state: EvaluateState, direction: 1 | -1): void {
  const to = nextWrong(state.matrix, state.cell?.place ?? state.cursor, direction);
  if (to) void state.open(to);
}

export function evaluateActions(session: Session, state: EvaluateState, compare: CompareState): Action[] {
  const matrix = (): boolean => state.evaluation !== null && state.tab === 'matrix';
  // The images of a cell are beside the matrix only, a changed one beside the comparison.
  const open = (): boolean => state.cell !== null && state.tab === 'matrix';
  const changed = (): boolean => compare.row !== null && state.tab === 'compare';
  const tabs = {
    matrix: 'evaluate.matrix',
    classes: 'evaluate.perClass',
    slices: 'evaluate.slices',
    robust: 'evaluate.robust',
    compare: 'evaluate.compare',
    studies: 'evaluate.studies',
  } as const;
  return [
    {
      id: 'evaluate.next',
      title: () => t('evaluate.nextCell'),
      key: 'PageDown',
      enabled: matrix,
      run: () => step(state, 1),
    },
    {
      id: 'evaluate.previous',
      title: () => t('evaluate.previousCell'),
      key: 'PageUp',
      enabled: matrix,
      run: () => step(state, -1),
    },
    {
      id: 'evaluate.close',
      title: () => t('evaluate.close'),
      key: 'Escape',
      enabled: () => open() || changed(),
      run: () => (changed() ? compare.look(null) : state.close()),
    },
    {
      id: 'evaluate.images',
      title: () => t('evaluate.openInImages'),
      key: 'Ctrl+Enter',
      enabled: () => open() || changed(),
      run: () => {
        const name = compare.row?.path.split('/').at(-1);
        if (changed() && name) session.show(`name:${quoted(name)}`);
        else if (state.cell) session.show(state.cell.query);
      },
    },
    ...(Object.keys(tabs) as (keyof typeof tabs)[]).map((tab): Action => ({
      id: `evaluate.tab.${tab}`,
      title: () => t(tabs[tab]),
      enabled: () => state.evaluation !== null && state.tab !== tab,
      run: () => (state.tab = tab),
    })),
    ...session.classes
      .filter((c) => c.key !== null)
      .map((c): Action => ({
        id: `evaluate.label.${c.id}`,
        title: () => c.name,
        key: c.key ?? undefined,
        hidden: true,
        enabled: open,
        run: () => void relabel(session, state, c.id),
      })),
  ];
}
