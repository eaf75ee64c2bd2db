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
