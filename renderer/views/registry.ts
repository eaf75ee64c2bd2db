/** The views, loaded when they are first shown. */
import { type Component } from 'svelte';
import { type Session, type ViewName } from '../state/session.svelte.ts';

type View = Component<{ session: Session }>;

const loaders: Record<ViewName, () => Promise<{ default: View }>> = {
  images: () => import('./images/Images.svelte'),
  clean: () => import('./clean/Clean.svelte'),
  augment: () => import('./augment/Augment.svelte'),
  train: () => import('./train/Train.svelte'),
  evaluate: () => import('./evaluate/Evaluate.svelte'),
  batch: () => import('./batch/Batch.svelte'),
  models: () => import('./models/Models.svelte'),
};

export const loadView = async (name: ViewName): Promise<View> => (await loaders[name]()).default;
