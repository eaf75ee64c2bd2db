/** Cheap properties of images that may give a class away or differ between splits: their names in both languages. */
const text = (en: string, ko: string) => ({ en, ko });

const PROPERTIES = {
  brightness: text('brightness', '밝기'),
  sharpness: text('sharpness', '선명도'),
  width: text('width', '너비'),
  height: text('height', '높이'),
  aspect: text('shape (width / height)', '비율 (너비 / 높이)'),
  bytes: text('size of the file', '파일 크기'),
  format: text('file type', '파일 형식'),
  name: text('start of the file name', '파일 이름의 앞부분'),
  folder: text('folder', '폴더'),
} as const;
export type PropertyName = keyof typeof PROPERTIES;

/** The name of a property; one that is unknown (from a newer project) is shown as it is. */
export const propertyName = (property: string, locale: 'en' | 'ko'): string =>
  Object.hasOwn(PROPERTIES, property) ? PROPERTIES[property as PropertyName][locale] : property;
