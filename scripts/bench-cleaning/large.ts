/**
 * Near-duplicate search over very many pictures: hash and verify, by the code of the search and on its threads.
 *   node scripts/bench-cleaning/large.ts COUNT
 *
 * Simulated: the pictures. They are drawn in memory when they are asked for (boxes at random places, as small as a
 * thumbnail), so no file is read and nothing is decoded; one in a hundred is an altered copy of the one before it. What
 * decoding costs is measured beside it on real thumbnails by the other parts. Real: threads, sketches, proposals, the
 * glance, the verification, the families.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findDuplicates, threadedHands } from '../../electron/cleaning/index.ts';
import { openThreads, THREADS } from '../../electron/compute/threads.ts';
import { openSketches, sketchesOf } from '../../electron/engine/tasks/sketch-store.ts';
import { CACHE } from './cache.ts';
import { COPY_EVERY, type DrawnAnswer, type DrawnQuestion, type DrawnThreadData } from './drawn.ts';

const PIECE = 64;
/** As the survey's threads. */
const KEPT = 128e6;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const megabytes = (): number => Math.round(process.memoryUsage().rss / 1e6);
/** Of all threads, since the process began. */
const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function largeSearch(count: number) {
  collect();
  const megabytesBefore = megabytes();
  let megabytesMost = megabytesBefore;
  const watch = setInterval(() => (megabytesMost = Math.max(megabytesMost, megabytes())), 50);
  const [clock, spent] = [performance.now(), processor()];
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'large-'));
  const store = openSketches(count, folder);
  const data: DrawnThreadData = { sketches: store.shared, kept: KEPT / THREADS };
  const script = new URL('./large-worker.ts', import.meta.url);
  const threads = openThreads<DrawnQuestion, DrawnAnswer>(script, data);
  let drawing = 0;
  const ask = async (question: DrawnQuestion): Promise<DrawnAnswer> => {
    const answer = await threads.ask(question);
    drawing += answer.drawing;
    return answer;
  };
  const pieces: Promise<unknown>[] = [];
  for (let from = 0; from < count; from += PIECE) {
    pieces.push(ask({ sketch: { from, to: Math.min(count, from + PIECE) } }));
    if (pieces.length > 2 * threads.size) await pieces.shift();
  }
  await Promise.all(pieces);
  const phase = { sketch: processor() - spent - drawing, propose: 0, verify: 0 };
  let [mark, drawn] = [processor(), drawing];
  const hands = threadedHands({ size: threads.size, ask: async (search) => (await ask({ search })).found! });
  const found = await findDuplicates(sketchesOf(store.shared), hands, {
    onProgress(name, done, total) {
      if (name !== 'propose' || done < total) return;
      phase.propose = processor() - mark;
      [mark, drawn] = [processor(), drawing];
    },
  });
  phase.verify = processor() - mark - (drawing - drawn);
  const [clockSeconds, processorSeconds] = [(performance.now() - clock) / 1000, processor() - spent];
  clearInterval(watch);
  await threads.close();
  store.close();
  await rm(folder, { recursive: true });
  collect();
  const pairs = found.families.filter(({ members: [a, b] }) => a! % COPY_EVERY === 0 && b === a! + 1);
  return {
    ...{ images: count, planted: count / COPY_EVERY, found: pairs.length, families: found.families.length },
    ...{ proposed: found.proposed, dismissed: found.dismissed, verified: found.verified, unseen: found.unseen },
    ...{ threads: threads.size, load: loadavg()[0]!, clockSeconds, processorSeconds },
    // Processor seconds of all threads, by phase, without drawing the pictures, which stands in for decoding.
    ...{ drawing, ...phase, seconds: processorSeconds - drawing },
    ...{ megabytesBefore, megabytesMost, megabytesAfter: megabytes() },
  };
}

console.log(JSON.stringify(await largeSearch(Number(process.argv[2]))));
