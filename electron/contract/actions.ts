/** Sentences of gestures: the catalogue keeps what was done (kind) and to what (summary); each language makes its own. */
import { fill } from './errors.ts';
import { type ActionInfo } from './words.ts';

const text = (en: string, ko: string) => ({ en, ko });

const SENTENCES: Record<string, { en: string; ko: string }> = {
  label: text('{images} labelled {summary}', '{n}장에 {summary} 라벨'),
  unlabel: text('Label taken from {images}', '{n}장의 라벨을 지움'),
  unsure: text('{images} marked unsure', '{n}장을 불확실로 표시'),
  sure: text('{images} no longer unsure', '{n}장의 불확실 표시를 지움'),
  exclude: text('{images} excluded', '{n}장을 제외'),
  include: text('{images} included again', '{n}장을 다시 포함'),
  split: text('{images} moved to {summary}', '{n}장을 {summary} 분할로 옮김'),
  note: text('Note written', '메모를 적음'),
  accept: text('{predictions} accepted', '예측 {n}개를 라벨로 받아들임'),
  group: text('{images} grouped', '{n}장을 묶음'),
  merge: text('Classes merged: {summary}', '클래스를 합침: {summary}'),
  decide: text('Decided: {summary}', '결정함: {summary}'),
  'decide-all': text('Decided for all: {summary}', '모두 결정함: {summary}'),
  audit: text('Audited: {summary}', '검사함: {summary}'),
  import: text('{labels} imported from {summary}', '{summary}에서 라벨 {n}개를 가져옴'),
  undo: text('Undone: {summary}', '되돌림: {summary}'),
  redo: text('Done again: {summary}', '다시 함: {summary}'),
};

/** What the catalogue keeps as codes. A summary may begin with one ("exclude, quality ≥ 0.8"). */
const WORDS: Record<string, Record<string, { en: string; ko: string }>> = {
  split: {
    train: text('the training split', '학습'),
    validation: text('the validation split', '검증'),
    test: text('the test split', '테스트'),
    none: text('no split', '미지정'),
  },
  decide: {
    accept: text('suggestion taken', '제안을 받아들임'),
    keep: text('correct as it is', '그대로 둠'),
    change: text('another label', '다른 라벨'),
    unsure: text('unsure', '불확실'),
    exclude: text('excluded', '제외'),
    'not-duplicate': text('not a duplicate', '사본 아님'),
  },
  audit: {
    right: text('label is right', '라벨이 맞음'),
    wrong: text('label is wrong', '라벨이 틀림'),
    unsure: text('unsure', '불확실'),
  },
};

function summaryOf({ kind, summary }: ActionInfo, locale: 'en' | 'ko'): string {
  const words = WORDS[kind === 'decide-all' ? 'decide' : kind];
  const [, code = '', rest = ''] = /^([^,]*)(.*)$/s.exec(summary) ?? [];
  const word = words && Object.hasOwn(words, code) ? words[code] : undefined;
  return word ? word[locale] + rest : summary;
}

/** What a gesture did, in a sentence without a full stop. */
export function actionSentence(action: ActionInfo, locale: 'en' | 'ko'): string {
  const sentence = SENTENCES[action.kind]?.[locale] ?? '{summary}';
  const n = action.changed.toLocaleString(locale);
  const counted = (thing: string): string => `${n} ${thing}${action.changed === 1 ? '' : 's'}`;
  return fill(sentence, {
    ...{ n, images: counted('image'), predictions: counted('prediction'), labels: counted('label') },
    summary: summaryOf(action, locale),
  });
}
