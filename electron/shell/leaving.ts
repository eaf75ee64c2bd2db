/** Whether the program may end: work under way goes on without a window, or is cut short, as a person chooses. */
export interface Work {
  /** Queued or running. */
  jobs: number;
  locale: 'en' | 'ko';
}

export interface Question {
  message: string;
  detail: string;
  leave: string;
  background: string;
  stay: string;
}

/** `background`: the windows go, the work goes on, and the program ends with it. */
export type Answer = 'leave' | 'background' | 'stay';

const WORDS = {
  en: {
    one: '1 job is under way.',
    many: '{n} jobs are under way.',
    detail:
      'Without a window it goes on to its end; open Assay again to see it. When you quit, what is finished is kept, and Jobs can go on from there.',
    leave: 'Quit and stop',
    background: 'Close the window, keep working',
    stay: 'Cancel',
  },
  ko: {
    one: '작업 1개가 진행 중입니다.',
    many: '작업 {n}개가 진행 중입니다.',
    detail:
      '창을 닫아도 작업은 끝까지 계속됩니다. Assay를 다시 열면 볼 수 있습니다. 끝내면 끝난 부분은 남고, 작업 목록에서 이어서 할 수 있습니다.',
    leave: '멈추고 끝내기',
    background: '창만 닫고 계속 작업',
    stay: '취소',
  },
} as const;

export function questionFor({ jobs, locale }: Work): Question {
  const { one, many, ...words } = WORDS[locale];
  return { message: jobs === 1 ? one : many.replace('{n}', String(jobs)), ...words };
}

export class Leaving {
  readonly #work: () => Work;
  readonly #ask: (question: Question) => Promise<Answer>;
  #agreed = false;
  #asking = false;
  #background = false;

  constructor(work: () => Work, ask: (question: Question) => Promise<Answer>) {
    this.#work = work;
    this.#ask = ask;
  }

  /** No window is wanted any more, but the work's end. */
  get waits(): boolean {
    return this.#background && this.#work().jobs > 0;
  }

  /** A window is there again. */
  shown(): void {
    this.#background = false;
  }

  /** False where the last window must not close now; `again` is called once it may. */
  mayClose(again: () => void): boolean {
    return this.#background || this.mayQuit(again, again);
  }

  /**
   * False where it must not end now; `again` is then called if the person agrees, `hide` if the windows are to go alone.
   * While the question stands nobody is asked a second time.
   */
  mayQuit(again: () => void, hide: () => void): boolean {
    if (this.#agreed || this.#work().jobs === 0) return true;
    if (this.#asking) return false;
    this.#asking = true;
    void this.#ask(questionFor(this.#work()))
      .then((answer) => {
        this.#agreed = answer === 'leave';
        if (answer === 'background') this.#background = true;
        if (answer === 'leave') again();
        if (answer === 'background') hide();
      })
      .finally(() => (this.#asking = false));
    return false;
  }
}
