import { pixelOp } from '../op.ts';
import { luma } from '../raster.ts';

/** Without colour: Rec. 601 luma in all three channels. */
export const grey = pixelOp('grey', {}, (image) => {
  const { data } = image;
  for (let i = 0; i < data.length; i += 3) {
    const level = Math.round(luma(data[i] as number, data[i + 1] as number, data[i + 2] as number));
    data[i] = data[i + 1] = data[i + 2] = level;
  }
  return image;
});
