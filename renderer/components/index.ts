/** Components that more than one view uses. They take values and callbacks, and know no client. */
export { default as Button } from './Button.svelte';
export { default as ClassSwatch } from './ClassSwatch.svelte';
export { default as Dialog } from './Dialog.svelte';
export { default as EmptyState } from './EmptyState.svelte';
export { default as FailedState } from './FailedState.svelte';
export { default as GhostLabel } from './GhostLabel.svelte';
export { default as Kbd } from './Kbd.svelte';
export { default as NumberField } from './NumberField.svelte';
export { default as PanelHeader } from './PanelHeader.svelte';
export { default as Picture } from './Picture.svelte';
export { default as ProgressBar } from './ProgressBar.svelte';
export { default as ProgressRow } from './ProgressRow.svelte';
export { default as Segmented } from './Segmented.svelte';
export { default as Select } from './Select.svelte';
export { default as Slider } from './Slider.svelte';
export { default as TextField } from './TextField.svelte';
export { default as Toggle } from './Toggle.svelte';
