/** Builders for the tests of this part: a project in a folder that goes away, images without files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Catalogue, type NewImage, openCatalogue, type OpenOptions } from './index.ts';

export const AUTHOR = 'kim';

export interface Project {
  folder: string;
  catalogue: Catalogue;
  /** Closes and opens again, as a restart does. */
  reopen(): Promise<Catalogue>;
  close(): void;
}

/** A fresh project. Files are said to exist unless `gone` holds their path. */
export async function aProject(options: Partial<OpenOptions> & { gone?: Set<string> } = {}): Promise<Project> {
  const root = mkdtempSync(join(tmpdir(), 'assay 목록 '));
  const folder = join(root, 'test.assay');
  let time = Date.UTC(2026, 10, 20, 12);
  const { gone = new Set<string>(), ...rest } = options;
  const open = (): Promise<Catalogue> =>
    openCatalogue(folder, {
      create: true,
      door: 'command',
      clock: () => (time += 1000),
      exists: (path) => !gone.has(path),
      ...rest,
    });
  const project: Project = {
    folder,
    catalogue: await open(),
    async reopen() {
      project.catalogue.close();
      project.catalogue = await open();
      return project.catalogue;
    },
    close() {
      project.catalogue.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return project;
}

const hashOf = (n: number): string => n.toString(16).padStart(32, '0');

/** A readable image; `n` makes its content. */
export function anImage(path: string, n: number, rest: Partial<NewImage> = {}): NewImage {
  return {
    path,
    hash: hashOf(n),
    bytes: 1000 + n,
    mtime: 1_700_000_000_000 + n,
    format: 'jpeg',
    width: 640,
    height: 480,
    brightness: (n % 100) / 100,
    blur: ((n * 7) % 100) / 100,
    status: 'ok',
    reason: null,
    ...rest,
  };
}

/** Adds `count` images img1.jpg … to a source; returns their ids. */
export function withImages(catalogue: Catalogue, count: number, folder = '/pictures'): number[] {
  const source = catalogue.sources.ensure(folder);
  const files = Array.from({ length: count }, (_, i) => anImage(`sub/img${i + 1}.jpg`, i + 1));
  return catalogue.images.add(source.id, files).ids;
}
