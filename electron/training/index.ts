export { type FitBatch, type FitParams, type FitResult, fitTask } from './fit/task.ts';
export { type Plan, type PlanParams, planTask } from './fit/plan.ts';
export { headTask, type HeadParams, type HeadResult } from './head/task.ts';
export { type StackParams, type StackResult, stackTask } from './stack/task.ts';
export { LEAST_PER_CLASS, ORIGIN } from './head/words.ts';
