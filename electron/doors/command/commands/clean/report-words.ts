/** Words of the cleaning report in both languages. */
import { type FindingKind } from '../../../../contract/index.ts';

export type Locale = 'en' | 'ko';

const text = (en: string, ko: string): Record<Locale, string> => ({ en, ko });

export const KINDS: Record<FindingKind, Record<Locale, string>> = {
  'label-error': text('Label errors', '라벨 오류'),
  conflict: text('Label conflicts', '라벨 충돌'),
  leak: text('Split leaks', '분할 누출'),
  duplicate: text('Duplicates', '중복'),
  quality: text('Quality', '품질'),
  outlier: text('Outliers', '이상치'),
  overlap: text('Class overlap', '클래스 겹침'),
  spurious: text('Spurious cues', '허위 단서'),
};

export const WORDS = {
  title: text('Cleaning report', '정리 보고서'),
  made: text('Made {when}', '{when} 작성'),
  images: text('images', '이미지'),
  labelled: text('labelled', '라벨 있음'),
  expected: text('wrong labels expected', '예상되는 라벨 오류'),
  reviewed: text('reviewed', '검토함'),
  corrected: text('of them wrong', '그중 오류'),
  left: text('wrong labels left (90 %)', '남은 라벨 오류 (90 %)'),
  findings: text('Findings', '찾은 것'),
  kind: text('Kind', '종류'),
  open: text('open', '미결정'),
  likely: text('worth reviewing', '검토할 만함'),
  decided: text('decided', '결정함'),
  health: text('Class health', '클래스 상태'),
  class: text('Class', '클래스'),
  labelQuality: text('label quality', '라벨 품질'),
  doubtful: text('doubtful', '의심'),
  missing: text('missing', '누락'),
  precision: text('precision', '정밀도'),
  recall: text('recall', '재현율'),
  healthNote: text(
    'Label quality: share of its labels that stay where they are by the confident joint. Doubtful: images of the class that are probably another; missing: images elsewhere that are probably of it. Precision, recall and F1 are out of fold.',
    '라벨 품질: 신뢰 학습에서 그대로 남는 라벨의 비율. 의심: 다른 클래스로 보이는 이미지. 누락: 다른 곳에 있지만 이 클래스로 보이는 이미지. 정밀도, 재현율, F1은 교차 예측 결과입니다.',
  ),
  drift: text('Training and test images differ', '학습과 테스트 이미지의 차이'),
  property: text('Property', '속성'),
  distance: text('distance', '거리'),
  chance: text('by chance', '우연 확률'),
  effect: text('Scores since labels changed', '라벨 변경 뒤 점수'),
  run: text('Run', '학습'),
  split: text('split', '분할'),
  before: text('macro F1 then', '당시 macro F1'),
  now: text('macro F1 now', '현재 macro F1'),
  withoutLeaked: text('without leaked images', '누출 제외'),
  why: text('why', '이유'),
  score: text('score', '점수'),
  shown: text('{shown} of {total} shown', '{total}개 중 {shown}개 표시'),
  none: text('Nothing was found.', '찾은 것이 없습니다.'),
  more: text('and {n} more', '외 {n}장'),
  noLabel: text('no label', '라벨 없음'),
};
