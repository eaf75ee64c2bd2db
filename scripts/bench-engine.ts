/** An engine for measurements: its settings and caches in a folder of its own. */
import { join } from 'node:path';
import { createEngine, type Engine, forkCompute } from '../electron/engine/index.ts';

export function benchEngine(home: string): Engine {
  return createEngine({
    door: 'command',
    places: { config: home, cache: join(home, 'cache') },
    spawnCompute: forkCompute,
  });
}
