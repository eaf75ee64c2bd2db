/** Paper tints, from bright office white to aged and coloured stock. */
import { type Colour, colour } from './paper.ts';
import { type Draw } from './random.ts';

const WHITES = ['#ffffff', '#fdfdfb', '#fbfaf6', '#f8f8f8', '#f6f8fa'].map(colour);
const TINTS = ['#f7f2e4', '#f3f6ee', '#f8eef0', '#edf3f8', '#f4efe6', '#efeae0'].map(colour);

export function paperTint(r: Draw): Colour {
  return r.chance(0.75) ? r.pick(WHITES) : r.pick(TINTS);
}
