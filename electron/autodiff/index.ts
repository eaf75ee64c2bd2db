/** Gradients of ONNX networks as ONNX graphs. Pure: no file, clock or random source. */
export { blockProbe } from './cpu/probe.ts';
export { type Formulation } from './gradient-builder.ts';
export {
  inferenceGraph,
  pullBackGraph,
  type PullBackGraph,
  trainingGraph,
  type TrainingGraph,
  type TrainingGraphOptions,
} from './graphs.ts';
export { type LossForm } from './loss.ts';
export { type Memory, memoryOf } from './memory.ts';
export { type Rule } from './rule.ts';
export { RULES, ruleOf } from './rules/index.ts';
