/** Whether the program may end: work under way is cut short only after a person was asked, once. */
export interface Work {
  /** Queued or running. */
  jobs: number;
  locale: 'en' | 'ko';
}

export interface Question {
  message: string;
  detail: string;
  leave: string;
  stay: string;
}

const WORDS = {
  en: {
    one: '1 job is under way. Quit and stop it?',
    many: '{n} jobs are under way. Quit and stop them?',
    detail: 'What is finished is kept. Jobs lists it when you open the project again, and it can go on from there.',
    leave: 'Quit',
    stay: 'Keep working',
  },
  ko: {
    one: '작업 1개가 진행 중입니다. 멈추고 끝낼까요?',
    many: '작업 {n}개가 진행 중입니다. 멈추고 끝낼까요?',
    detail: '끝난 부분은 남습니다. 프로젝트를 다시 열면 작업 목록에서 이어서 할 수 있습니다.',
    leave: '끝내기',
    stay: '계속 작업',
  },
} as const;

export function questionFor({ jobs, locale }: Work): Question {
  const { one, many, detail, leave, stay } = WORDS[locale];
  return { message: jobs === 1 ? one : many.replace('{n}', String(jobs)), detail, leave, stay };
}

export class Leaving {
  readonly #work: () => Work;
  readonly #ask: (question: Question) => Promise<boolean>;
  #agreed = false;
  #asking = false;

  /** @param ask true: leave. */
  constructor(work: () => Work, ask: (question: Question) => Promise<boolean>) {
    this.#work = work;
    this.#ask = ask;
  }

  /**
   * False where it must not end now; `again` is then called if the person agrees. While the question stands nobody is
   * asked a second time.
   */
  allowed(again: () => void): boolean {
    if (this.#agreed || this.#work().jobs === 0) return true;
    if (this.#asking) return false;
    this.#asking = true;
    void this.#ask(questionFor(this.#work()))
      .then((leave) => {
        this.#agreed = leave;
        if (leave) again();
      })
      .finally(() => (this.#asking = false));
    return false;
  }
}
