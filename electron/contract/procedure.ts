/** What a procedure is: the form of every entry of the contract table. */
import { type z } from 'zod';

export interface Procedure<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** `write` is refused on a project opened as a reader. */
  kind: 'read' | 'write';
  /** Whether an open project is needed. */
  project: boolean;
  input: I;
  output: O;
}

type Schemas<I extends z.ZodType, O extends z.ZodType> = { input: I; output: O; project?: boolean };

/** A procedure that changes nothing that a person would miss. */
export const read = <I extends z.ZodType, O extends z.ZodType>({
  project = true,
  ...s
}: Schemas<I, O>): Procedure<I, O> => ({
  kind: 'read',
  project,
  ...s,
});

/** A procedure that changes the project (or, with `project: false`, the program's own settings). */
export const write = <I extends z.ZodType, O extends z.ZodType>({
  project = true,
  ...s
}: Schemas<I, O>): Procedure<I, O> => ({
  kind: 'write',
  project,
  ...s,
});
