import { type BackboneSpec, type Tap } from '../backbones/spec.ts';

/** What all networks that start from nothing have in common: any size, and pixels brought to about -2 to 2. */
export const untrainedSpec = (own: { title: string; about: string; multiple: number; tap: Tap }): BackboneSpec => ({
  ...{ title: own.title, about: own.about, multiple: own.multiple, licence: 'Apache-2.0' },
  input: { name: 'input', layout: 'NCHW', type: 'float32', batch: null },
  nativeSize: 96,
  fixedSize: null,
  preprocessing: { colour: 'RGB', mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  taps: [own.tap],
  ...{ depths: [own.tap.name], last: [own.tap.name] },
});
