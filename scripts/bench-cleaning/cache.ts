import { resolve } from 'node:path';

/** Drawn sets, converted networks and features: made once. */
export const CACHE = resolve(import.meta.dirname, '../../node_modules/.cache/assay-bench');
