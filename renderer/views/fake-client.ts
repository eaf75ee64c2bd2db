/** A client for the unit tests of view states: answers from functions, remembers what was asked. */
import { type Client } from '../../electron/contract/client.ts';
import { type Input, type Output, type ProcedureName, type StudioEvent } from '../../electron/contract/contract.ts';

type Answers = { [K in ProcedureName]?: (input: Input<K>) => Output<K> | Promise<Output<K>> };

export interface FakeClient extends Client {
  asked: { name: ProcedureName; input: unknown }[];
  inputs<K extends ProcedureName>(name: K): Input<K>[];
  emit(event: StudioEvent): void;
}

/** A procedure without an answer rejects: a test names all that it needs. */
export function fakeClient(answers: Answers): FakeClient {
  const asked: FakeClient['asked'] = [];
  const listeners = new Set<(event: StudioEvent) => void>();
  return {
    asked,
    inputs: <K extends ProcedureName>(name: K) => asked.filter((a) => a.name === name).map((a) => a.input as Input<K>),
    emit: (event) => listeners.forEach((l) => l(event)),
    async call<K extends ProcedureName>(name: K, input: Input<K>): Promise<Output<K>> {
      asked.push({ name, input });
      const answer = answers[name] as ((input: Input<K>) => Output<K> | Promise<Output<K>>) | undefined;
      if (!answer) throw new Error(`no answer for ${name}`);
      return answer(input);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onConnection: () => () => undefined,
    picture: (address) => address,
    dialogs: null,
    pathOf: () => null,
  };
}
