/**
 * `page`: the backbone of PaddleOCR's text detector PP-OCRv4 (Apache-2.0; the package is MIT): PP-LCNetV3, trained on
 * documents. The detector's neck and head are cut off.
 */
import { decodeModel, type Model } from '../../onnx/index.ts';
import { constantsToInitializers, cutAt } from './cut.ts';
import { type BackboneSpec, type Tap } from './spec.ts';

const TAPS: Tap[] = [
  { name: 'p2o.Add.71', kind: 'map', channels: 96, stride: 8 },
  { name: 'p2o.Add.147', kind: 'map', channels: 192, stride: 16 },
  { name: 'p2o.Add.215', kind: 'map', channels: 384, stride: 32 },
];

export const pageSpec: BackboneSpec = {
  title: 'Documents',
  about: 'PP-LCNetV3, trained to find lines of text on pages. For documents; it needs its pixels: 512 or more.',
  licence: 'Apache-2.0',
  input: { name: 'x', layout: 'NCHW', type: 'float32', batch: null },
  nativeSize: 512,
  fixedSize: null,
  multiple: 32,
  preprocessing: { colour: 'BGR', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  taps: TAPS,
  depths: TAPS.map((tap) => tap.name),
  last: ['p2o.Add.215'],
};

/** @param detector the package's `ch_PP-OCRv4_det_infer.onnx` */
export function pageModel(detector: Uint8Array): Model {
  const model = decodeModel(detector, { subject: 'page' });
  constantsToInitializers(model.graph);
  cutAt(model.graph, TAPS);
  return model;
}
