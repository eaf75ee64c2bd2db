/** What can be done everywhere. */
import { t } from '../messages/messages.svelte.ts';
import { openFolder, openProject } from '../views/start/begin.ts';
import { type Action } from '../state/keys.svelte.ts';
import { type Session, VIEWS } from '../state/session.svelte.ts';

/** F6: the next region of the frame takes the focus. */
function nextRegion(): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')];
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + 1) % regions.length];
  const first =
    next?.querySelector<HTMLElement>('[role="grid"]') ??
    next?.querySelector<HTMLElement>('button, input, select, [tabindex="0"]');
  first?.focus();
}

export function globalActions(session: Session): Action[] {
  const open = () => session.project !== null;
  return [
    ...VIEWS.map((view, i) => ({
      id: `view-${view}`,
      title: () => t(`frame.${view}`),
      key: `Ctrl+${i + 1}`,
      inText: true,
      enabled: open,
      run: () => session.go(view),
    })),
    {
      id: 'undo',
      title: () => t('frame.undo'),
      key: 'Ctrl+z',
      enabled: () => session.project?.undo !== null && open(),
      run: () => void session.undo(),
    },
    {
      id: 'redo',
      title: () => t('frame.redo'),
      key: 'Ctrl+Shift+z',
      enabled: () => session.project?.redo !== null && open(),
      run: () => void session.redo(),
    },
    {
      id: 'add-images',
      title: () => t('frame.addImages'),
      key: 'Ctrl+o',
      enabled: open,
      run: () => void openFolder(session),
    },
    {
      id: 'open-other',
      title: () => t('start.openProject'),
      key: 'Ctrl+Shift+o',
      enabled: open,
      run: () => void openProject(session),
    },
    {
      id: 'palette',
      title: () => t('frame.commands'),
      key: 'Ctrl+k',
      inText: true,
      run: () => (session.overlay = 'palette'),
    },
    { id: 'keys', title: () => t('frame.keysTitle'), key: '?', run: () => (session.overlay = 'keys') },
    { id: 'jobs', title: () => t('frame.jobs'), enabled: open, run: () => (session.overlay = 'jobs') },
    { id: 'settings', title: () => t('frame.settings'), key: 'Ctrl+,', run: () => (session.overlay = 'settings') },
    {
      id: 'theme',
      title: () => t('settings.theme'),
      run: () => void session.set({ theme: session.settings.theme === 'light' ? 'dark' : 'light' }),
    },
    {
      id: 'language',
      title: () => `${t('settings.language')}: ${session.settings.locale === 'ko' ? 'English' : '한국어'}`,
      run: () => void session.set({ locale: session.settings.locale === 'ko' ? 'en' : 'ko' }),
    },
    {
      id: 'close-project',
      title: () => t('frame.closeProject'),
      enabled: open,
      run: () => void session.closeProject().catch((thrown: unknown) => session.fail(thrown)),
    },
    { id: 'region', title: () => t('frame.nextRegion'), key: 'F6', inText: true, hidden: true, run: nextRegion },
    {
      id: 'back',
      title: () => t('frame.close'),
      key: 'Escape',
      hidden: true,
      enabled: () => session.overlay !== 'none',
      run: () => (session.overlay = 'none'),
    },
  ];
}
