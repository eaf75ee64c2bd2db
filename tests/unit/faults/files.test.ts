/** Files that are not what they seem, and a disk without room: named with a reason, and everything else goes on. */
import { spawnSync } from 'node:child_process';
import { crc32, deflateSync } from 'node:zlib';
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay, type Ended, type RefusedDocument } from '../../helpers/assay.ts';
import { drawPictures, picture } from '../../helpers/fixtures.ts';
import { scratch, type Scratch } from '../../helpers/scratch.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let place: Scratch;
const run = (...args: string[]): Promise<Ended> =>
  assay([...args, '--json'], { home: place.path('home'), cwd: place.path() });

interface Listed {
  total: number;
  images: { path: string; state: string }[];
}

beforeAll(() => void (place = scratch()));
afterAll(() => place.remove());

/** The start of a PNG that says to be so large: what decides is read before any pixel. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const pixels = chunk('IDAT', deflateSync(Buffer.alloc(64)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    pixels,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('corrupt, empty, huge and disguised files are listed as unreadable, and the others are imported', async () => {
  await drawPictures(place.path('odd', ''), { classes: ['blue', 'green'], each: 3 });
  const whole = await picture(0, 99, 256);
  const odd: Record<string, Buffer> = {
    'blue/empty.jpg': Buffer.alloc(0),
    'blue/cut.jpg': whole.subarray(0, whole.length >> 1),
    'blue/zeros.png': Buffer.alloc(4096),
    'blue/sentence.jpg': Buffer.from('This is a letter that somebody called a picture.'),
    'green/drawing.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    'green/document.jpg': Buffer.from('%PDF-1.7\n1 0 obj\n'),
    'green/huge.png': pngOf(20_000, 14_000),
  };
  for (const [name, bytes] of Object.entries(odd)) writeFileSync(place.path('odd', name), bytes);
  // A picture under another picture's name is a picture.
  writeFileSync(place.path('odd', 'green', 'really-a-jpeg.png'), await picture(1, 98));

  const end = await run('import', 'odd', '--project', 'odd.assay');
  expect(end.code).toBe(0);
  expect(end.json()).toMatchObject({ images: 7, unreadable: 7 });
  const listed = (await run('query', 'is:unreadable', '--project', 'odd.assay')).json<Listed>();
  const names = listed.images.map((image) => image.path.split('/').slice(-2).join('/'));
  expect(names.sort()).toEqual(Object.keys(odd).sort());
  expect(listed.images.every((image) => image.state === 'unreadable')).toBe(true);

  // Training and classification pass over them in the same way.
  expect((await run('train', '--project', 'odd.assay', '--backbone', 'classic')).code).toBe(0);
  const table = await run('classify', 'odd', '--project', 'odd.assay', '--out', 'odd.csv');
  expect(table.json()).toMatchObject({ images: 7, failed: 7 });
  const lines = readFileSync(place.path('odd.csv'), 'utf8').trimEnd().split('\n').slice(1);
  expect(lines).toHaveLength(14);
  const reasonOf = (name: string) => lines.find((line) => line.startsWith(name)) ?? '';
  expect(reasonOf('blue/empty.jpg')).toContain('the file is empty');
  expect(reasonOf('green/huge.png')).toContain('280 million pixels');
  expect(reasonOf('green/document.jpg')).toContain('PDF');
});

/** A small disk of its own: Linux, and only an administrator may mount one. */
function mountSmall(folder: string, megabytes: number): boolean {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  return mounted.status === 0;
}
const mayMount = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = scratch();
  try {
    if (!mountSmall(probe.path('probe'), 1)) return false;
    spawnSync('umount', [probe.path('probe')]);
    return true;
  } finally {
    probe.remove();
  }
})();

test.skipIf(!mayMount)(
  'a full disk is disk/full, keeps what was there, and the same command goes on when there is room (needs the right to mount a small disk)',
  async () => {
    const disk = place.path('작은 disk');
    expect(mountSmall(disk, 8)).toBe(true);
    try {
      await drawPictures(place.path('some'), { classes: ['blue', 'green'], each: 4 });
      await drawPictures(place.path('more'), { classes: ['blue', 'green'], each: 200 });
      expect((await run('import', 'some', '--project', '작은 disk/p.assay')).json()).toMatchObject({ images: 8 });
      const before = (await run('query', '', '--project', '작은 disk/p.assay')).stdout;
      // All but a little is taken by something else.
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(place.path('작은 disk', 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - 300_000)));

      const full = await run('import', 'more', '--project', '작은 disk/p.assay');
      expect(full.code).toBe(1);
      const { error } = full.json<RefusedDocument>();
      expect(error.code).toBe('disk/full');
      expect(error.remedy).toContain('space');

      rmSync(place.path('작은 disk', 'ballast'));
      const after = (await run('query', 'source:some', '--project', '작은 disk/p.assay')).stdout;
      expect(after).toBe(before);
      expect((await run('import', 'more', '--project', '작은 disk/p.assay')).json()).toMatchObject({
        images: 400,
        unreadable: 0,
      });
      expect((await run('query', '', '--project', '작은 disk/p.assay')).json()).toMatchObject({ total: 408 });
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  },
);
