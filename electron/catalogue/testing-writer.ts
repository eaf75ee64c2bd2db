/** A process for the tests of locks and kills: holds a project, or labels all its images again and again. */
import { openCatalogue } from './index.ts';
import { withImages } from './testing.ts';

const [, , folder = '', task] = process.argv;
const catalogue = await openCatalogue(folder, { create: true, door: 'browser', exists: () => true });
catalogue.jobs.create({ kind: 'import', title: 'pictures', params: {} });
if (task === 'hold') {
  process.send?.(0);
  setInterval(() => undefined, 1000);
} else {
  const count = catalogue.info().images;
  const ids = count > 0 ? Array.from({ length: count }, (_, i) => i + 1) : withImages(catalogue, 2500);
  for (let n = Number(catalogue.detail(1).note ?? 0) + 1; ; n++) {
    // Small gestures between the big ones, so that a kill meets both.
    await catalogue.labels.apply([1 + (n % 2500)], { unsure: n % 2 === 0 }, { author: 'writer' });
    await catalogue.labels.apply(ids, { note: String(n) }, { author: 'writer' });
    process.send?.(n);
  }
}
