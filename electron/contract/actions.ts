/** Sentences of gestures: the catalogue keeps what was done (kind) and to what (summary); each language makes its own. */
import { fill } from './errors.ts';
import { type ActionInfo } from './words.ts';

const text = (en: string, ko: string) => ({ en, ko });

const SENTENCES: Record<string, { en: string; ko: string }> = {
  label: text('{n} labelled {summary}', '{n}장에 {summary} 라벨'),
  unlabel: text('Label taken from {n}', '{n}장의 라벨을 지움'),
  unsure: text('{n} marked unsure', '{n}장을 불확실로 표시'),
  sure: text('{n} no longer unsure', '{n}장의 불확실 표시를 지움'),
  exclude: text('{n} excluded', '{n}장을 제외'),
  include: text('{n} included again', '{n}장을 다시 포함'),
  split: text('{n} moved to {summary}', '{n}장을 {summary}(으)로 옮김'),
  note: text('Note written', '메모를 적음'),
  accept: text('{n} predictions accepted', '예측 {n}개를 라벨로 받아들임'),
  group: text('{n} grouped', '{n}장을 묶음'),
  merge: text('Classes merged: {summary}', '클래스를 합침: {summary}'),
  decide: text('Decided: {summary}', '결정함: {summary}'),
  'decide-all': text('Decided for all: {summary}', '모두 결정함: {summary}'),
  audit: text('Audited: {summary}', '검사함: {summary}'),
  import: text('{n} labels imported from {summary}', '{summary}에서 라벨 {n}개를 가져옴'),
  undo: text('Undone: {summary}', '되돌림: {summary}'),
  redo: text('Done again: {summary}', '다시 함: {summary}'),
};

/** What a gesture did, in a sentence without a full stop. */
export function actionSentence(action: ActionInfo, locale: 'en' | 'ko'): string {
  const sentence = SENTENCES[action.kind]?.[locale] ?? '{summary}';
  return fill(sentence, { n: action.changed.toLocaleString(locale), summary: action.summary });
}
