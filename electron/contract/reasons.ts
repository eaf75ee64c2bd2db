/** Sentences of reasons and advice that the engine sends as key and values: one table, both languages, for every door. */
import { fill } from './errors.ts';

const text = (en: string, ko: string) => ({ en, ko });

export const REASONS = {
  'model-says': text('{p} {class}, out of fold', '교차 예측 {class} {p}'),
  'model-doubts': text('only {p} for {class}', '{class} 확률이 {p}뿐'),
  'nearest-are': text('{count} of its {of} nearest are {class}', '가장 가까운 {of}장 중 {count}장이 {class}'),
  'confused-pair': text(
    '{given} and {suggested} are often confused: {count} times',
    '{given}와(과) {suggested}는 자주 혼동됨: {count}번',
  ),
  'confident-joint': text(
    'confident learning counts it among the {suggested}',
    '신뢰 학습에서 {suggested}(으)로 집계됨',
  ),
  'same-file': text('the same file, byte for byte', '바이트까지 같은 파일'),
  'advice-go-on': text(
    'Go on: of the last {of}, {wrong} were wrong labels.',
    '계속하세요. 최근 {of}건 중 {wrong}건이 잘못된 라벨이었습니다.',
  ),
  'advice-stop': text(
    'Of the last {of}, {wrong} were wrong labels: stopping is reasonable.',
    '최근 {of}건 중 {wrong}건만 잘못된 라벨이었습니다. 멈춰도 좋습니다.',
  ),
  'advice-begin': text(
    'Begin at the top: the most suspicious come first.',
    '위에서부터 시작하세요. 가장 의심스러운 것이 먼저 나옵니다.',
  ),
  'size-far': text(
    '{backbone} was pre-trained at {native} px; {size} px is far from it.',
    '{backbone}은(는) {native}px로 사전 학습되었습니다. {size}px와 차이가 큽니다.',
  ),
  'class-small': text('{class} has only {count} images.', '{class} 이미지가 {count}장뿐입니다.'),
  'no-test': text('No test split: the figures will be out of fold.', '테스트 분할이 없어 교차 예측 결과로 평가합니다.'),
} as const;

export type ReasonKey = keyof typeof REASONS;
export interface Reason {
  key: string;
  values: Record<string, string | number>;
}

/** The sentence of a reason; an unknown key (from a newer project) is shown as it is. */
export function reasonSentence(reason: Reason, locale: 'en' | 'ko'): string {
  const sentence = Object.hasOwn(REASONS, reason.key) ? REASONS[reason.key as ReasonKey][locale] : reason.key;
  return fill(sentence, reason.values);
}
