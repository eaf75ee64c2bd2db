/** The views, loaded when they are first shown. */
import { type Component } from 'svelte';
import { AssayError } from '../../electron/contract/errors.ts';
import { type Session, type ViewName } from '../state/session.svelte.ts';

export type View = Component<{ session: Session }>;

type Loaders = Record<ViewName, () => Promise<{ default: View }>>;
const loaders: Loaders = {
  images: () => import('./images/Images.svelte'),
  clean: () => import('./clean/Clean.svelte'),
  augment: () => import('./augment/Augment.svelte'),
  train: () => import('./train/Train.svelte'),
  evaluate: () => import('./evaluate/Evaluate.svelte'),
  batch: () => import('./batch/Batch.svelte'),
  models: () => import('./models/Models.svelte'),
};

/** The view of this name. @throws AssayError `door/view-missing` where its part of the page does not come */
export async function loadView(name: ViewName, from: Loaders = loaders): Promise<View> {
  try {
    return (await from[name]()).default;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AssayError('door/view-missing', { values: { reason }, cause: thrown });
  }
}
