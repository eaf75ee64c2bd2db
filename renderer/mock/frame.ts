/** Made-up answers for the frame: the program, its settings, projects, jobs and folders. */
import { AssayError } from '../../electron/contract/errors.ts';
import { thumbnail } from '../../electron/contract/pictures.ts';
import { type RecentProject, type Settings } from '../../electron/contract/words.ts';
import { chance } from './data.ts';
import { type MockProject } from './project.ts';
import { type Answers, type workAnswers } from './work.ts';

export function frameAnswers(
  options: URLSearchParams,
  { classes, info }: MockProject,
  work: ReturnType<typeof workAnswers>,
): Answers {
  let open = !options.has('start');
  let settings: Settings = {
    theme: (options.get('theme') as Settings['theme'] | null) ?? 'dark',
    locale: (options.get('locale') as Settings['locale'] | null) ?? 'en',
    density: (options.get('density') as Settings['density'] | null) ?? 'comfortable',
    author: '김하늘',
    autoAdvance: true,
    tileSize: 146,
  };

  return {
    'app.info': () => ({ version: '0.1.0', door: 'browser', platform: 'linux', home: '/home/user' }),
    'app.recent': () => recent,
    'app.forget': () => ({}),
    'settings.get': () => settings,
    'settings.set': (part) => (settings = { ...settings, ...part }),
    'project.info': () => {
      if (!open) throw new AssayError('project/none-open');
      return info();
    },
    'project.open': () => {
      open = true;
      return info();
    },
    'project.create': () => {
      open = true;
      return info();
    },
    'project.close': () => {
      open = false;
      return {};
    },
    'jobs.list': () =>
      work.jobs().length > 0
        ? [...work.jobs()]
        : options.has('jobs')
          ? [
              {
                id: 1,
                kind: 'train',
                title: 'run 13',
                state: 'running',
                phase: 'fit',
                done: 62,
                total: 100,
                rate: 2,
                secondsLeft: 660,
                createdAt: Date.now(),
                finishedAt: null,
                troubles: 0,
                result: null,
                error: null,
                resumable: false,
              },
            ]
          : [],
    'folders.list': ({ path }) => ({
      path: path ?? '/home/user',
      parent: '/home',
      folders: ['Documents', 'Pictures', 'scans', 'doc-17.assay'].map((name) => ({
        name,
        path: `${path ?? '/home/user'}/${name}`,
        project: name.endsWith('.assay'),
      })),
      files: [{ name: 'notes.txt', path: '/home/user/notes.txt', bytes: 1234 }],
    }),
    'folders.inspect': ({ path }) => ({
      path,
      images: 1570,
      more: false,
      classFolders: classes.map((c) => ({ name: c.name, images: 100 })),
      splitFolders: ['train', 'test'],
      tables: [
        {
          path: '/x/train.csv',
          name: 'train.csv',
          rows: 1570,
          columns: ['ID', 'target'],
          idColumn: 'ID',
          labelColumn: 'target',
          classNames: '/x/meta.csv',
          match: 1,
        },
      ],
      suggestion: 'tables',
    }),
    'import.start': () => ({ job: 1 }),
    'demo.start': () => ({ job: 1 }),
  };
}

const stripOf = (seed: number): string[] =>
  Array.from({ length: 12 }, (_, i) =>
    thumbnail(`${'0'.repeat(28)}${String(Math.floor(chance(seed, i) * 17)).padStart(2, '0')}0${i % 7}`),
  );
const recent: RecentProject[] = [
  {
    path: '/home/user/Assay/doc-17.assay',
    name: 'doc-17',
    openedAt: Date.now() - 3e6,
    images: 4710,
    classes: 17,
    strip: stripOf(1),
    exists: true,
  },
  {
    path: '/home/user/Assay/insurance-2026.assay',
    name: 'insurance-2026',
    openedAt: Date.now() - 9e7,
    images: 128_400,
    classes: 24,
    strip: stripOf(2),
    exists: true,
  },
  {
    path: '/home/user/Assay/id-cards.assay',
    name: 'id-cards',
    openedAt: Date.now() - 6e8,
    images: 3204,
    classes: 3,
    strip: stripOf(3),
    exists: true,
  },
  {
    path: '/media/disk/plates-night.assay',
    name: 'plates-night',
    openedAt: Date.now() - 2e9,
    images: 9120,
    classes: 2,
    strip: stripOf(4),
    exists: false,
  },
];
