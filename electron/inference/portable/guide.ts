/** The page that stands beside an exported model: how to run it from other programs. */
export interface GuideSubject {
  /** Name of the model's file. */
  file: string;
  classes: readonly string[];
  /** Name of the run that it comes from. */
  run: string;
  fit: 'letterbox' | 'stretch';
  /** Whether the temperature is inside. */
  calibrated: boolean;
}

/** Markdown. Pure. */
export function guideOf({ file, classes, run, fit, calibrated }: GuideSubject): string {
  const names = JSON.stringify(classes);
  const quoted = JSON.stringify(file);
  return `# ${file}

A classifier of ${classes.length} classes (${run}), as one ONNX file. Everything between a decoded picture and the answer is inside: resizing (${fit === 'letterbox' ? 'the whole picture on a white square' : 'both sides stretched to a square'}), normalisation, the network, softmax ${calibrated ? 'with the temperature that was fitted on images held out (metadata `assay.temperature`), so that probabilities mean what they say' : 'without temperature: as the network was trained, mostly too sure of itself'}.

| | |
| --- | --- |
| input \`picture\` | uint8 [height, width, 3], red, green, blue, any size; upright (turned as its EXIF says), transparent parts on white |
| output \`probabilities\` | float32 [${classes.length}], in the order of the metadata \`assay.classes\` |

One picture a run. Hand pictures in as large as they are.

## Python

\`\`\`python
import json
import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession(${quoted})
classes = json.loads(session.get_modelmeta().custom_metadata_map["assay.classes"])
picture = ImageOps.exif_transpose(Image.open("picture.jpg")).convert("RGB")
(probabilities,) = session.run(None, {"picture": np.asarray(picture, dtype=np.uint8)})
best = int(probabilities.argmax())
print(classes[best], float(probabilities[best]))
\`\`\`

## JavaScript

\`\`\`js
import ort from 'onnxruntime-node';
import sharp from 'sharp';

const classes = ${names};
const session = await ort.InferenceSession.create(${quoted});
const { data, info } = await sharp('picture.jpg')
  .autoOrient()
  .flatten({ background: '#ffffff' })
  .toColourspace('srgb')
  .raw()
  .toBuffer({ resolveWithObject: true });
const picture = new ort.Tensor('uint8', new Uint8Array(data), [info.height, info.width, 3]);
const { probabilities } = await session.run({ picture });
const best = probabilities.data.indexOf(Math.max(...probabilities.data));
console.log(classes[best], probabilities.data[best]);
\`\`\`

## C#

\`\`\`csharp
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

using var session = new InferenceSession(${quoted});
var classes = JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["assay.classes"])!;
using var picture = Image.Load<Rgb24>("picture.jpg");
picture.Mutate(x => x.AutoOrient());
var bytes = new byte[picture.Width * picture.Height * 3];
picture.CopyPixelDataTo(bytes);
var tensor = new DenseTensor<byte>(bytes, new[] { picture.Height, picture.Width, 3 });
using var results = session.Run(new[] { NamedOnnxValue.CreateFromTensor("picture", tensor) });
var probabilities = results.First().AsEnumerable<float>().ToArray();
var best = Array.IndexOf(probabilities, probabilities.Max());
Console.WriteLine($"{classes[best]} {probabilities[best]}");
\`\`\`
`;
}
