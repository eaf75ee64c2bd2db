/** Clean against robust: a run on a split as it is and on its fixed degraded twin. */
export { checkTwin, measureTwin } from './measure.ts';
export { robustRows, robustnessOf } from './compare.ts';
