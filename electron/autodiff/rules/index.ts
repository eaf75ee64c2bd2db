/** The table of gradient rules: one family a file, one rule an operator. */
import { type Node, operatorName } from '../../onnx/index.ts';
import { type Rule } from '../rule.ts';
import { BINARY } from './binary.ts';
import { CONV } from './conv.ts';
import { GATHER } from './gather.ts';
import { MATMUL } from './matmul.ts';
import { NORM } from './norm.ts';
import { POOL } from './pool.ts';
import { REDUCE } from './reduce.ts';
import { RESIZE } from './resize.ts';
import { SHAPE } from './shape.ts';
import { SOFTMAX } from './softmax.ts';
import { UNARY } from './unary.ts';

const FAMILIES = [UNARY, BINARY, REDUCE, SOFTMAX, MATMUL, CONV, POOL, NORM, SHAPE, GATHER, RESIZE];

export const RULES: ReadonlyMap<string, Rule> = new Map(FAMILIES.flat().map((rule) => [rule.op, rule]));

/** The rule of a node's operator, undefined where there is none. */
export const ruleOf = (node: Node): Rule | undefined => RULES.get(operatorName(node));
