/**
 * `photo`: the feature extractor of MediaPipe Objectron's object detector (Apache-2.0): MobileNetV2 1.0, trained on
 * Open Images v4 at 300 pixels. It lies as a TFLite file inside the package's bundle of assets.
 */
import { type Model } from '../../onnx/index.ts';
import { type BackboneSpec, type Tap } from './spec.ts';
import { readTflite } from './tflite.ts';

/** Where the TFLite file lies in objectron_solution_packed_assets.data (its loader script has the table). */
const START = 184;
const END = 9987912;

const TAPS: (Tap & { source: string })[] = [
  ['stride8', 192, 8, 'FeatureExtractor/MobilenetV2/expanded_conv_6/expand/Relu6'],
  ['stride16', 576, 16, 'FeatureExtractor/MobilenetV2/expanded_conv_13/expand/Relu6'],
  ['stride32', 1280, 32, 'FeatureExtractor/MobilenetV2/Conv_1/Relu6'],
].map(
  ([name, channels, stride, source]) => ({ name, channels, stride, source, kind: 'map' }) as Tap & { source: string },
);

export const photoSpec: BackboneSpec = {
  title: 'Photographs',
  about:
    'MobileNetV2, trained to find objects in photographs (Open Images). Quick; a good first choice for photographs.',
  licence: 'Apache-2.0',
  input: { name: 'input', layout: 'NCHW', type: 'float32', batch: null },
  nativeSize: 224,
  fixedSize: null,
  multiple: 32,
  preprocessing: { colour: 'RGB', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  taps: TAPS.map(({ source: _, ...tap }) => tap),
  depths: TAPS.map((tap) => tap.name),
  last: ['stride32'],
};

/** @param assets the package's `objectron_solution_packed_assets.data` */
export function photoModel(assets: Uint8Array): Model {
  return readTflite(assets.subarray(START, END), TAPS, 'photo');
}
