/** What the shell uses of the doors. */
export { CONTENT_SECURITY_POLICY, staticFile } from './browser/static-files.ts';
export { type FromEngine, type ToEngine } from './window/parent-port.ts';
