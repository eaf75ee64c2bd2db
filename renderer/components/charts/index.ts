/** The charts and what draws with them. */
export { default as Histogram } from './Histogram.svelte';
export { default as IntervalBar } from './IntervalBar.svelte';
export { default as LineChart } from './LineChart.svelte';
export { default as Matrix } from './Matrix.svelte';
export { default as Reliability } from './Reliability.svelte';
export { default as TimeBar } from './TimeBar.svelte';
export { countBins } from './histogram.ts';
export { type Series } from './line-chart.ts';
export { matrixCsv, matrixPicture, paintPicture, pictureSvg } from './matrix-export.ts';
export * from './matrix.ts';
