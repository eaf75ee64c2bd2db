/** Where the program keeps what belongs to no project: settings, the list of recent projects, converted networks. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Places {
  /** Small things worth keeping: settings.json, recent.json, the log. */
  config: string;
  /** What can be made again: converted backbones. */
  cache: string;
}

/** The system's usual folders; `ASSAY_HOME` puts both in one place (tests, portable installs). */
export function defaultPlaces(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Places {
  const home = environment.ASSAY_HOME;
  if (home) return { config: home, cache: join(home, 'cache') };
  const user = homedir();
  if (platform === 'win32') {
    const roaming = environment.APPDATA ?? join(user, 'AppData', 'Roaming');
    const local = environment.LOCALAPPDATA ?? join(user, 'AppData', 'Local');
    return { config: join(roaming, 'Assay'), cache: join(local, 'Assay', 'cache') };
  }
  if (platform === 'darwin') {
    return {
      config: join(user, 'Library', 'Application Support', 'Assay'),
      cache: join(user, 'Library', 'Caches', 'Assay'),
    };
  }
  return {
    config: join(environment.XDG_CONFIG_HOME ?? join(user, '.config'), 'assay'),
    cache: join(environment.XDG_CACHE_HOME ?? join(user, '.cache'), 'assay'),
  };
}
