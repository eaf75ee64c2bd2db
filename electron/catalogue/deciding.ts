/** Answers to findings: one gesture each, or all of a kind as one action. The decision and what it changes go together. */
import { type ActionInfo, type Decision } from '../contract/index.ts';
import { type Actions } from './actions.ts';
import { type Assign } from './assign.ts';
import { type Classes } from './classes.ts';
import { type About, type Decisions } from './decisions.ts';
import { takeBack } from './labels.ts';
import { drive, type Sliced, type Turns } from './slices.ts';
import { chunks, type Store } from './store.ts';

export interface Answer {
  finding: number;
  decision: Decision;
  /** For `change`: the class; `accept` takes the suggested one. */
  class?: number | null;
  /** Whom it changes; may be none. */
  images: readonly number[];
  /** Images to put into one group: copies that were confirmed. */
  group?: readonly number[];
}

/** What a finding has to say for its answer. */
export interface Doubted extends About {
  given: number | null;
  suggested: number | null;
}

export interface DecidingParts {
  store: Store;
  actions: Actions;
  assign: Assign;
  classes: Classes;
  turns: Turns;
  decisions: Decisions;
  /** Throws `clean/finding-unknown`. */
  finding: (id: number) => Doubted;
}

export interface Deciding {
  one(answer: Answer, author: string): { action: ActionInfo | null; revision: number };
  /** One action over many findings, in slices; aborting takes back what was written. */
  all(
    answers: readonly Answer[],
    options: { author: string; summary: string; signal?: AbortSignal },
  ): Promise<{ action: ActionInfo | null; revision: number }>;
}

/** Findings that one transaction answers: some 10 ms. */
const SLICE = 40;

export function createDeciding(parts: DecidingParts): Deciding {
  const { store, actions, assign, classes, turns, decisions, finding } = parts;

  function write(made: number, answer: Answer, author: string): void {
    const { decision } = answer;
    const found = finding(answer.finding);
    const wanted = classes.live(
      decision === 'accept' ? found.suggested : decision === 'change' ? (answer.class ?? null) : null,
    );
    if (wanted !== null) {
      assign.constant(answer.images, wanted, 'person');
      assign.write(made, 'class');
    }
    if (decision === 'unsure' || decision === 'exclude') {
      assign.state(answer.images, decision === 'unsure' ? { unsure: true } : { excluded: true });
      assign.write(made, 'state');
    }
    if (answer.group && answer.group.length > 1) {
      const free = store.get<{ n: number | null }>('SELECT max(grp) AS n FROM image WHERE grp IS NOT NULL')?.n ?? 0;
      assign.constant(answer.group, free + 1);
      assign.write(made, 'group');
    }
    const corrected = wanted !== null && wanted !== found.given;
    decisions.remember(made, found, found.given ?? 0, { decision, class: wanted, corrected }, author);
    // The class that a person chose is not doubted again either; what was said of a copy that has it already stands.
    if (corrected && !decisions.settled(found.kind, found.subject, wanted))
      decisions.remember(made, found, wanted, { decision: 'keep', class: wanted, corrected: false }, author);
    store.run('UPDATE finding SET decision = ? WHERE id = ?', decision, answer.finding);
    store.run('UPDATE finding_image SET open = 0 WHERE finding = ?', answer.finding);
  }

  function* writing(
    answers: readonly Answer[],
    { author, summary }: { author: string; summary: string },
  ): Sliced<ActionInfo | null> {
    const made = store.write(() => actions.begin({ kind: 'decide-all', summary, author, open: true }));
    try {
      for (const part of chunks(answers, SLICE)) {
        store.write(() => {
          for (const answer of part) write(made, answer, author);
        });
        yield;
      }
      return store.write(() => actions.finish(made));
    } catch (error) {
      yield* takeBack({ store, assign }, made);
      throw error;
    }
  }

  return {
    one(answer, author) {
      const action = store.write(() => {
        const made = actions.begin({ kind: 'decide', summary: answer.decision, author });
        write(made, answer, author);
        return actions.finish(made);
      });
      return { action, revision: store.revision() };
    },
    all: (answers, options) =>
      turns.run(async () => {
        const action = await drive(writing(answers, options), options.signal);
        return { action, revision: store.revision() };
      }),
  };
}
