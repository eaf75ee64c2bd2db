import { describe, expect, it } from 'vitest';
import { ScaledScroll } from './scaled-scroll.ts';

const HUGE = 170_000_000;
const VIEW = 800;
const made = (content: number): ScaledScroll => {
  const scroll = new ScaledScroll();
  scroll.resize(content, VIEW, 1);
  return scroll;
};

describe('ScaledScroll', () => {
  it('is a plain scroller below the cap', () => {
    const scroll = made(100_000);
    scroll.moved(5000);
    expect([scroll.spacer, scroll.top, scroll.shift, scroll.settle()]).toEqual([100_000, 5000, 0, null]);
  });

  it('keeps the spacer below the browser’s cap at every zoom', () => {
    for (const ratio of [1, 1.25, 2, 3]) {
      const scroll = new ScaledScroll();
      scroll.resize(HUGE, VIEW, ratio);
      expect(scroll.spacer * ratio).toBeLessThan(33_554_428);
    }
  });

  it('follows the wheel pixel by pixel, however long the content', () => {
    const scroll = made(HUGE);
    scroll.to(90_000_000);
    const { physical, top } = scroll;
    scroll.moved(physical + 120);
    expect(scroll.top).toBeCloseTo(top + 120, 6);
  });

  it('reaches the first and the last pixel with the thumb', () => {
    const scroll = made(HUGE);
    scroll.moved(scroll.spacer - VIEW);
    expect(scroll.top).toBe(HUGE - VIEW);
    scroll.moved(0);
    expect(scroll.top).toBe(0);
  });

  it('jumps by share of the whole', () => {
    const scroll = made(HUGE);
    scroll.moved((scroll.spacer - VIEW) / 2);
    expect(scroll.top / (HUGE - VIEW)).toBeCloseTo(0.5, 6);
  });

  it('tells at rest where the thumb truly belongs, without moving what is shown', () => {
    const scroll = made(HUGE);
    scroll.to(90_000_000);
    for (let i = 0; i < 100; i++) scroll.moved(scroll.physical + 500);
    const { top } = scroll;
    const settled = scroll.settle();
    expect(settled).not.toBeNull();
    expect(scroll.top).toBe(top);
    expect(scroll.settle()).toBeNull();
  });

  it('stays where it is when sizes change, as far as the content reaches', () => {
    const scroll = made(100_000);
    scroll.to(60_000);
    scroll.resize(200_000, VIEW, 1);
    expect(scroll.top).toBe(60_000);
    scroll.resize(10_000, VIEW, 1);
    expect(scroll.top).toBe(10_000 - VIEW);
  });
});
