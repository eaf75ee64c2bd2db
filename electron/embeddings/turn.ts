/**
 * Writes a square of interleaved RGB, turned clockwise by `turns` quarters, to `target`. Exact: pixels only change
 * places.
 */
export function quarterTurn(pixels: Uint8Array, side: number, turns: number, target: Uint8Array): void {
  if (turns % 4 === 0) {
    target.set(pixels);
    return;
  }
  const last = side - 1;
  let to = 0;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [fromX, fromY] = turns === 1 ? [y, last - x] : turns === 2 ? [last - x, last - y] : [last - y, x];
      let from = (fromY * side + fromX) * 3;
      target[to++] = pixels[from++]!;
      target[to++] = pixels[from++]!;
      target[to++] = pixels[from]!;
    }
}

/** A square seen another way: 0 to 3 clockwise quarter turns; 4: left and right changed; 5: top and bottom changed. */
export type View = 0 | 1 | 2 | 3 | 4 | 5;

/** Writes a view of a square of interleaved RGB to `target`. Exact: pixels only change places. */
export function viewOf(pixels: Uint8Array, side: number, view: View, target: Uint8Array): void {
  if (view < 4) {
    quarterTurn(pixels, side, view, target);
    return;
  }
  const row = side * 3;
  for (let y = 0; y < side; y++) {
    const from = (view === 5 ? side - 1 - y : y) * row;
    if (view === 5) target.set(pixels.subarray(from, from + row), y * row);
    else
      for (let x = 0; x < side; x++) {
        const at = from + (side - 1 - x) * 3;
        target.set(pixels.subarray(at, at + 3), y * row + x * 3);
      }
  }
}
