import { type settings as english } from '../en/settings.ts';

export const settings: Record<keyof typeof english, string> = {
  title: '설정',
  theme: '테마',
  dark: '어둡게',
  light: '밝게',
  system: '시스템 설정',
  language: '언어',
  density: '간격',
  comfortable: '넉넉하게',
  compact: '촘촘하게',
  author: '이름',
  authorWhy: '라벨을 줄 때마다 함께 기록됩니다.',
  autoAdvance: '라벨을 준 뒤 다음 이미지로 이동',
};
