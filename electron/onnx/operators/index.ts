/** The table of operators: names of the standard, and `domain.Name` for the runtime's own. */
import { ELEMENTWISE } from './elementwise.ts';
import { GATHER } from './gather.ts';
import { MATMUL } from './matmul.ts';
import { NCHWC } from './nchwc.ts';
import { NORM } from './norm.ts';
import { type Operator, type OperatorTable } from './operator.ts';
import { REDUCE } from './reduce.ts';
import { RESIZE } from './resize.ts';
import { SHAPE } from './shape.ts';
import { WINDOW } from './window.ts';

const { FusedMatMul, ...matmul } = MATMUL;
const { QuickGelu, ...elementwise } = ELEMENTWISE;

const OPERATORS: OperatorTable = {
  ...elementwise,
  ...GATHER,
  ...matmul,
  ...NORM,
  ...REDUCE,
  ...SHAPE,
  ...WINDOW,
  ...NCHWC,
  Resize: RESIZE,
  'com.microsoft.FusedMatMul': FusedMatMul!,
  'com.microsoft.QuickGelu': QuickGelu!,
  'com.microsoft.Gelu': elementwise.Gelu!,
};

/** Name of an operator with its domain, as it stands in the tables of operators and gradient rules. */
export function operatorName(node: { readonly op: string; readonly domain: string }): string {
  return node.domain === '' ? node.op : `${node.domain}.${node.op}`;
}

/** The description of an operator, undefined for those that Assay does not know. */
export function operatorOf(node: { readonly op: string; readonly domain: string }): Operator | undefined {
  const name = operatorName(node);
  return Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
}
