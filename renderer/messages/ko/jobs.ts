import { type jobs as english } from '../en/jobs.ts';

export const jobs: Record<keyof typeof english, string> = {
  import: '가져오기',
  embed: '특징 계산',
  train: '학습',
  clean: '검색',
  classify: '일괄 분류',
  demo: '데모',
  scan: '파일 찾는 중',
  decode: '이미지 읽는 중',
  convert: '네트워크 준비 중',
  fit: '맞추는 중',
  export: '모델 쓰는 중',
  neighbours: '비교하는 중',
  draw: '그리는 중',
  write: '표 쓰는 중',
  queued: '대기',
  running: '진행 중',
  done: '끝남',
  failed: '실패',
  cancelled: '취소됨',
  interrupted: '중단됨',
};
