import { expect, test } from 'vitest';
import { RateMeter } from './progress.ts';

test('a steady rate gives the exact time left', () => {
  const meter = new RateMeter();
  for (let second = 0; second <= 10; second++) meter.add(second * 1000, second * 20);
  expect(meter.estimate(1000)).toEqual({ rate: 20, secondsLeft: 40 });
});

test('nothing is promised before there is something to measure', () => {
  const meter = new RateMeter();
  meter.add(0, 0);
  meter.add(500, 10);
  expect(meter.estimate(100)).toEqual({ rate: null, secondsLeft: null });
});

test('a change of speed is forgotten within half a minute', () => {
  const meter = new RateMeter();
  for (let second = 0; second <= 60; second++)
    meter.add(second * 1000, second <= 20 ? second * 100 : 2000 + (second - 20) * 10);
  expect(meter.estimate(10_000).rate).toBeCloseTo(10, 1);
});
