export { forkCompute } from './fork.ts';
export { forkedEndpoint, serveTasks } from './host.ts';
export { type Compute, createCompute, type LauncherOptions, type RunOptions } from './launcher.ts';
export { createSessionPool, type PoolOptions, type SessionPool } from './pool.ts';
export * from './protocol.ts';
export {
  createSession,
  type Feeds,
  type Fetches,
  type Port,
  providers,
  Resident,
  type Session,
  type SessionOptions,
} from './session.ts';
export { openThreads, serveThread, THREADS, type Threads } from './threads.ts';
