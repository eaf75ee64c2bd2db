/** The fonts of the drawn set, by path from their packages (all under the Open Font License). */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const FILES = {
  sans: ['Pretendard', 'pretendard/dist/public/static/Pretendard-Regular.otf'],
  sansBold: ['Pretendard Bold', 'pretendard/dist/public/static/Pretendard-Bold.otf'],
  gothic: ['NanumGothic', '@expo-google-fonts/nanum-gothic/400Regular/NanumGothic_400Regular.ttf'],
  gothicBold: ['NanumGothic Bold', '@expo-google-fonts/nanum-gothic/700Bold/NanumGothic_700Bold.ttf'],
  serif: ['NanumMyeongjo', '@expo-google-fonts/nanum-myeongjo/400Regular/NanumMyeongjo_400Regular.ttf'],
  serifBold: ['NanumMyeongjo Bold', '@expo-google-fonts/nanum-myeongjo/700Bold/NanumMyeongjo_700Bold.ttf'],
  pen: ['Nanum Pen', '@expo-google-fonts/nanum-pen-script/400Regular/NanumPenScript_400Regular.ttf'],
} as const;

export type FontName = keyof typeof FILES;
export const FONT_NAMES = Object.keys(FILES) as FontName[];

const paths = new Map<FontName, string>();

/**
 * Pango's name and the file of a font.
 *
 * @throws Error (MODULE_NOT_FOUND) where the package is not installed
 */
export function font(name: FontName): { family: string; fontFile: string } {
  const [family, file] = FILES[name];
  let fontFile = paths.get(name);
  if (fontFile === undefined) {
    // Native code opens the font: inside a packaged application it must lie outside the archive.
    fontFile = require.resolve(file).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
    paths.set(name, fontFile);
  }
  return { family, fontFile };
}

/** The heavier cut of a font's family, for titles; the pen has only one. */
export function bold(name: FontName): FontName {
  return name === 'sans' ? 'sansBold' : name === 'gothic' ? 'gothicBold' : name === 'serif' ? 'serifBold' : name;
}
