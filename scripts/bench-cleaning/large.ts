/**
 * Near-duplicate search over very many pictures: hash and verify, by the code of the search.
 *
 * Simulated: the pictures. They are drawn in memory when they are asked for (boxes at random places, as small as a
 * thumbnail), so no file is read and nothing is decoded; one in a hundred is an altered copy of the one before it. What
 * decoding costs is measured beside it on real thumbnails by the other parts. Real: sketches, proposals, the glance, the
 * verification, the families.
 */
import { random } from '../../electron/contract/index.ts';
import { findDuplicates, gatherSketches, type Grey, sketchOf } from '../../electron/cleaning/index.ts';

const SIDE = 192;
const COPY_EVERY = 100;

/** Boxes and a slope of light; the same number, the same picture. */
function draw(picture: number): Grey {
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

const megabytes = (): number => Math.round(process.memoryUsage().rss / 1e6);

export async function largeSearch(count: number) {
  const drawing = performance.now();
  for (let i = 0; i < 1000; i++) draw(i);
  const drawSeconds = ((performance.now() - drawing) / 1e6) * count;

  const before = megabytes();
  const hashing = performance.now();
  const sketches: Uint8Array[] = [];
  for (let i = 0; i < count; i++) sketches.push(sketchOf(draw(i)));
  const hashed = performance.now();
  const all = gatherSketches(sketches);
  sketches.length = 0;
  let most = megabytes();
  let asked = 0;
  const picture = (i: number): Promise<Grey> => {
    asked++;
    return Promise.resolve(draw(i));
  };
  const found = await findDuplicates(all, picture, {
    glance: picture,
    onProgress: (_phase, done) => {
      if (done % 1024 === 0) most = Math.max(most, megabytes());
    },
  });
  const end = performance.now();
  const pairs = found.families.filter(({ members: [a, b] }) => a! % COPY_EVERY === 0 && b === a! + 1);
  const perDraw = drawSeconds / count;
  const hashSeconds = (hashed - hashing) / 1000 - drawSeconds;
  const searchSeconds = (end - hashed) / 1000 - asked * perDraw;
  return {
    ...{ images: count, planted: count / COPY_EVERY, found: pairs.length, families: found.families.length },
    ...{ proposed: found.proposed, dismissed: found.dismissed, verified: found.verified, unseen: found.unseen },
    // Without drawing the pictures, which stands in for decoding.
    ...{
      hashSeconds,
      searchSeconds,
      seconds: hashSeconds + searchSeconds,
      drawingSeconds: drawSeconds + asked * perDraw,
    },
    ...{ megabytesBefore: before, megabytesMost: most },
  };
}
