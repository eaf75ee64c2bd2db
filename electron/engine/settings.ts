/** The program's settings and the list of recent projects: shared by all doors, kept outside projects. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { type RecentProject, type Settings, pictures, settings } from '../contract/index.ts';
import { jsonFile } from './json-file.ts';
import { type Places } from './places.ts';

export const DEFAULT_SETTINGS: Settings = {
  theme: 'dark',
  locale: 'en',
  density: 'comfortable',
  author: '',
  autoAdvance: true,
  tileSize: 132,
};

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

export function openSettings(places: Places) {
  const korean = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('ko');
  const file = jsonFile(join(places.config, 'settings.json'), settings.partial(), {});
  const defaults: Settings = { ...DEFAULT_SETTINGS, locale: korean ? 'ko' : 'en', author: userName() };
  return {
    get: (): Settings => ({ ...defaults, ...file.read() }),
    set(change: Partial<Settings>): Settings {
      const stored = { ...file.read(), ...change };
      file.write(stored);
      return { ...defaults, ...stored };
    },
  };
}

const STRIP_LENGTH = 6;
const MOST_RECENT = 12;
const recentList = z.array(
  z.object({ path: z.string(), openedAt: z.number(), images: z.number(), classes: z.number(), strip: z.number() }),
);

/** A short name for a project that is safe in an address: its path is not shown to other pages. */
const keyOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 16);

export function openRecent(places: Places) {
  const file = jsonFile(join(places.config, 'recent.json'), recentList, []);
  const stripFile = (key: string, index: number) => join(places.config, 'recent', `${key}-${index}.webp`);
  return {
    list(): RecentProject[] {
      return file.read().map(({ path, openedAt, images, classes, strip }) => ({
        path,
        name: basename(path).replace(/\.assay$/, ''),
        openedAt,
        images,
        classes,
        strip: Array.from({ length: strip }, (_, i) => pictures.strip(keyOf(path), i)),
        exists: existsSync(join(path, 'catalogue.db')),
      }));
    },
    /** Puts a project first; `strip` are thumbnails kept for the start screen, so that it needs no project open. */
    remember(project: { path: string; openedAt: number; images: number; classes: number; strip: Uint8Array[] }): void {
      const path = resolve(project.path);
      mkdirSync(join(places.config, 'recent'), { recursive: true });
      const kept = project.strip.slice(0, STRIP_LENGTH);
      kept.forEach((bytes, i) => writeFileSync(stripFile(keyOf(path), i), bytes));
      const others = file.read().filter((entry) => entry.path !== path);
      file.write([{ ...project, path, strip: kept.length }, ...others].slice(0, MOST_RECENT));
    },
    forget(path: string): void {
      file.write(file.read().filter((entry) => entry.path !== resolve(path)));
    },
    strip(key: string, index: number): Buffer | null {
      const path = stripFile(key, index);
      return /^[0-9a-f]{16}$/.test(key) && existsSync(path) ? readFileSync(path) : null;
    },
  };
}

export type SettingsStore = ReturnType<typeof openSettings>;
export type RecentStore = ReturnType<typeof openRecent>;
