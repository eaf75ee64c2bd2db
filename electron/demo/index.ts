/** The drawn document set: a demo, a test fixture and a benchmark in one. */
export { DEMO_CLASSES, type DemoClass, type DemoGroup } from './classes.ts';
export { type DemoOptions, type DemoResult, drawDemo } from './draw-demo.ts';
