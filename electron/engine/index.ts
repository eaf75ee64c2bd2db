/** The engine, for the doors. */
import { join } from 'node:path';
import { forkCompute as fork } from '../compute/fork.ts';
import { type ProcessEndpoint } from '../compute/protocol.ts';

export { type Engine, type EngineOptions, createEngine } from './engine.ts';
export { type Places, defaultPlaces } from './places.ts';
export { RateMeter } from './progress.ts';
export { type Picture } from './pictures.ts';

/** Starts the compute process as a child of plain Node. */
export const forkCompute = (): ProcessEndpoint => fork(join(import.meta.dirname, 'compute-process.ts'));
