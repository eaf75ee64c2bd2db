/** Drawn pictures for the search over very many, and what is said to the threads that draw them. */
import { type Grey, type SearchAnswer, type SearchQuestion } from '../../electron/cleaning/index.ts';
import { random } from '../../electron/contract/index.ts';
import { type SharedSketches } from '../../electron/engine/tasks/sketch-store.ts';

const SIDE = 192;
export const COPY_EVERY = 100;

export interface DrawnThreadData {
  sketches: SharedSketches;
  kept: number;
}

export type DrawnQuestion = { sketch: { from: number; to: number } } | { search: SearchQuestion };
/** With the processor seconds that drawing took meanwhile. */
export interface DrawnAnswer {
  found: SearchAnswer | null;
  drawing: number;
}

/** Boxes and a slope of light; the same number, the same picture. */
export function draw(picture: number): Grey {
  const copy = picture % COPY_EVERY === 1;
  const r = random(1, 'large', copy ? picture - 1 : picture);
  const data = new Uint8Array(SIDE * SIDE);
  const [across, down, ground] = [r.next() - 0.5, r.next() - 0.5, 60 + 140 * r.next()];
  for (let y = 0, i = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++, i++) data[i] = ground + 0.4 * (across * (x - SIDE / 2) + down * (y - SIDE / 2));
  for (let box = 0; box < 24; box++) {
    const [x, y] = [Math.floor(r.next() * SIDE), Math.floor(r.next() * SIDE)];
    const [width, height] = [8 + Math.floor(r.next() * 60), 8 + Math.floor(r.next() * 60)];
    const shade = Math.floor(256 * r.next());
    for (let row = y; row < Math.min(SIDE, y + height); row++)
      data.fill(shade, row * SIDE + x, row * SIDE + Math.min(SIDE, x + width));
  }
  // A copy is darker and flatter.
  if (copy) for (let i = 0; i < data.length; i++) data[i] = 0.8 * data[i]!;
  return { data, width: SIDE, height: SIDE };
}
