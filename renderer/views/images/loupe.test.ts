import { describe, expect, it } from 'vitest';
import { LoupeState } from './loupe.svelte.ts';

function made(width: number, height: number): LoupeState {
  const loupe = new LoupeState();
  loupe.stage = { width: 1040, height: 840 };
  loupe.show(width, height);
  return loupe;
}

describe('LoupeState', () => {
  it('fits a large picture into the stage with a margin, also turned', () => {
    const loupe = made(4000, 2000);
    expect(loupe.scale).toBeCloseTo(0.25, 6);
    loupe.turn();
    expect(loupe.scale).toBeCloseTo(0.2, 6);
  });

  it('keeps the point under the pointer where it is', () => {
    const loupe = made(4000, 2000);
    const [px, py] = [100, -50];
    const at = () => [(px - loupe.x) / loupe.scale, (py - loupe.y) / loupe.scale];
    const before = at();
    loupe.by(3, px, py);
    expect(at()[0]).toBeCloseTo(before[0] ?? 0, 6);
    expect(at()[1]).toBeCloseTo(before[1] ?? 0, 6);
  });

  it('asks for a picture as fine as what is shown, and for every pixel when zoomed in', () => {
    const loupe = made(4000, 2000);
    expect(loupe.wanted % 256).toBe(0);
    expect(loupe.wanted).toBeGreaterThanOrEqual(4000 * loupe.scale);
    loupe.to(1);
    expect(loupe.wanted).toBe(0);
  });

  it('does not lose the picture off the stage', () => {
    const loupe = made(2000, 2000);
    loupe.to(1);
    loupe.pan(1e6, 1e6);
    expect(loupe.x).toBeLessThanOrEqual((2000 - 1040) / 2 + 80);
    loupe.show(100, 100);
    expect([loupe.zoom, loupe.x, loupe.y, loupe.turns]).toEqual(['fit', 0, 0, 0]);
  });
});
