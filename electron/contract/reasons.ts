/** Sentences of reasons and advice that the engine sends as key and values: one table, both languages, for every door. */
import { fill } from './errors.ts';
import { propertyName } from './properties.ts';

const text = (en: string, ko: string) => ({ en, ko });

export const REASONS = {
  'model-says': text('{p} {class}, out of fold', '교차 예측 {class} {p}'),
  'model-doubts': text('only {p} for {class}', '{class} 확률이 {p}뿐'),
  'models-agree': text('{count} of {of} models say {class}', '모델 {of}개 중 {count}개가 {class}'),
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
  'near-copies': text(
    '{count} copies of one picture; the weakest link is {likeness}',
    '같은 그림의 사본 {count}장, 가장 약한 연결 {likeness}',
  ),
  'two-labels': text('one picture with different labels: {labels}', '같은 그림에 서로 다른 라벨: {labels}'),
  'across-splits': text(
    '{learned} of its copies are learned from while {measured} are measured on ({splits})',
    '사본 {learned}장은 학습에, {measured}장은 평가에 쓰임 ({splits})',
  ),
  'quality-damaged': text('the file is damaged: {reason}', '파일이 손상됨: {reason}'),
  'quality-empty': text('nothing is on it', '아무것도 없는 그림'),
  'quality-dark': text(
    'darker than others of its class ({value}, limit {limit})',
    '같은 클래스보다 어두움 ({value}, 기준 {limit})',
  ),
  'quality-bright': text(
    'brighter than others of its class ({value}, limit {limit})',
    '같은 클래스보다 밝음 ({value}, 기준 {limit})',
  ),
  'quality-blurred': text(
    'edges softer than others of its class ({value}, limit {limit})',
    '같은 클래스보다 윤곽이 흐림 ({value}, 기준 {limit})',
  ),
  'quality-low-information': text(
    'little to see: {value} bits, limit {limit}',
    '정보가 적음: {value}비트, 기준 {limit}',
  ),
  'quality-one-tone': text('nearly one tone: {value}, limit {limit}', '거의 한 가지 색조: {value}, 기준 {limit}'),
  'quality-odd-size': text(
    'an unusual size for its class: {width} × {height}',
    '같은 클래스와 다른 크기: {width} × {height}',
  ),
  'quality-odd-aspect': text(
    'an unusual shape for its class: {width} × {height}',
    '같은 클래스와 다른 비율: {width} × {height}',
  ),
  'far-from-all': text(
    'far from all others: distance {distance}, limit {limit}',
    '다른 이미지와 멂: 거리 {distance}, 기준 {limit}',
  ),
  'no-class-confident': text('and no class is sure of it', '확신하는 클래스도 없음'),
  'classes-overlap': text(
    '{count} images lie between them: {firstToSecond} {first} look like {second}, {secondToFirst} the reverse',
    '둘 사이에 {count}장: {second}(으)로 보이는 {first} {firstToSecond}장, 반대 {secondToFirst}장',
  ),
  'gives-away-class': text(
    '{property} alone gives {class} away: precision {precision}, recall {recall}',
    '{property}만으로 {class}을(를) 알 수 있음: 정밀도 {precision}, 재현율 {recall}',
  ),
  'gives-away-all': text(
    '{property} alone guesses {accuracy} of the labels; the commonest class {baseline}',
    '{property}만으로 라벨의 {accuracy}을(를) 맞힘. 가장 흔한 클래스는 {baseline}',
  ),
  'effect-labels': text(
    '{changed} labels of these images were corrected: {gained} misses became hits, {lost} hits became misses.',
    '이 이미지의 라벨 {changed}개를 고쳤습니다. 오답 {gained}건이 정답이 되고 정답 {lost}건이 오답이 되었습니다.',
  ),
  'effect-lost': text(
    'A score may fall when labels are mended: a wrong label that matched a wrong prediction used to count as a hit.',
    '라벨을 고치면 점수가 내려갈 수 있습니다. 잘못된 예측과 일치하던 잘못된 라벨이 정답으로 세어졌기 때문입니다.',
  ),
  'effect-excluded': text('{count} images were excluded since.', '그 뒤 {count}장이 제외되었습니다.'),
  'effect-leaked': text(
    '{count} of these images have a copy among those learned from: their hits prove little.',
    '{count}장은 학습 이미지에 사본이 있어 정답이어도 증거가 되지 못합니다.',
  ),
  'effect-none': text('No label of these images changed since.', '이 이미지의 라벨은 그 뒤 바뀌지 않았습니다.'),
  'advice-audit': text(
    'Of the last {of}, {wrong} were wrong labels. Audit a random sample to learn how many are left.',
    '최근 {of}건 중 {wrong}건만 잘못된 라벨이었습니다. 무작위 표본을 검사해 남은 오류 수를 확인하세요.',
  ),
  'advice-target': text(
    'About {estimate} [{low}–{high}] wrong labels are left in {rows}: stopping is reasonable.',
    '{rows}개 중 잘못된 라벨이 약 {estimate}개 [{low}–{high}] 남았습니다. 멈춰도 좋습니다.',
  ),
  'advice-at-most': text(
    'At most about {high} wrong labels are left in {rows}: stopping is reasonable.',
    '{rows}개 중 잘못된 라벨이 많아야 약 {high}개 남았습니다. 멈춰도 좋습니다.',
  ),
  'advice-spent': text(
    'The queue finds no more than a random sample does (about {estimate} [{low}–{high}] left in {rows}): search again, or sample.',
    '순서대로 봐도 무작위 표본보다 더 찾지 못합니다 ({rows}개 중 약 {estimate}개 [{low}–{high}] 남음). 다시 찾거나 표본을 검사하세요.',
  ),
  'advice-left': text(
    'Go on: about {estimate} [{low}–{high}] wrong labels are left in {rows}.',
    '계속하세요. {rows}개 중 잘못된 라벨이 약 {estimate}개 [{low}–{high}] 남았습니다.',
  ),
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
  const { property } = reason.values;
  if (typeof property !== 'string') return fill(sentence, reason.values);
  return fill(sentence, { ...reason.values, property: propertyName(property, locale) });
}
