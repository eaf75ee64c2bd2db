/** Words of the head's task that the engine uses too; no work is imported with them. */

/** A class with fewer labelled images cannot be both learned and checked. */
export const LEAST_PER_CLASS = 2;

/** Origin of an image's stored probabilities. */
export const ORIGIN = { none: 0, outOfFold: 1, model: 2 } as const;
