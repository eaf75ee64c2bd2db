/** A client of made-up data: what none of its parts answers, it says that it cannot. */
import { type Client } from '../../electron/contract/client.ts';
import { type StudioEvent } from '../../electron/contract/contract.ts';
import { AssayError } from '../../electron/contract/errors.ts';
import { frameAnswers } from './frame.ts';
import { imageAnswers } from './images.ts';
import { labelAnswers } from './labels.ts';
import { mockProject } from './project.ts';
import { type Answers, workAnswers } from './work.ts';

export function mockClient(options: URLSearchParams): Client {
  const delay = Number(options.get('delay') ?? 20);
  const listeners = new Set<(event: StudioEvent) => void>();
  const emit = (event: StudioEvent) => listeners.forEach((listen) => listen(event));
  const project = mockProject(options, emit);
  const work = workAnswers({ options, classes: project.classes, tile: project.tile, emit });
  const answers: Answers = {
    ...work.answers,
    ...frameAnswers(options, project, work),
    ...labelAnswers(project, emit),
    ...imageAnswers(project),
  };

  return {
    async call(name, input, { signal } = {}) {
      await new Promise((done) => setTimeout(done, delay));
      if (signal?.aborted) throw new AssayError('internal/cancelled');
      const answer = answers[name] as ((input: unknown) => never) | undefined;
      if (!answer) throw new AssayError('internal/fault', { values: { reason: `the mock does not answer ${name}` } });
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
