import { type start as english } from '../en/start.ts';

export const start: Record<keyof typeof english, string> = {
  title: '시작',
  what: '이미지 폴더를 라벨링하고, 정리하고, 학습하고, 분류합니다. 모두 이 컴퓨터 안에서만 처리됩니다.',
  openFolder: '이미지 폴더 열기',
  demo: '데모 데이터로 시작',
  openProject: '프로젝트 열기',
  drop: '폴더나 모델을 아무 곳에나 끌어 놓으세요',
  formats: 'JPEG, PNG, WebP, TIFF, AVIF, GIF · .onnx · .assay',
  recent: '최근 프로젝트',
  find: '프로젝트 찾기',
  noRecent: '열었던 프로젝트가 여기에 표시됩니다.',
  classes: '클래스 {n}개',
  notConnected: '폴더가 연결되어 있지 않음',
  forget: '목록에서 {name} 지우기',
};
