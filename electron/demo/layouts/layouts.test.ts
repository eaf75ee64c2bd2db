import { expect, test } from 'vitest';
import { renderText } from '../../imaging/index.ts';
import { DEMO_CLASSES } from '../classes.ts';
import { font, FONT_NAMES, type FontName } from '../fonts.ts';
import { Draw } from '../random.ts';
import { type TextBox, textBoxes } from '../raster.ts';
import { charactersOf } from '../testing/characters.ts';
import { wear } from '../wear.ts';
import { LAYOUTS, type Sheet } from './index.ts';

function sheet(id: number, index: number): Sheet {
  const layout = LAYOUTS[id];
  if (layout === undefined) throw new Error(`class ${String(id)} has no layout`);
  const drawn = layout(new Draw(7, 'layout test', id, index), (...keys) => new Draw(7, 'form', ...keys));
  if (drawn.kind === 'sheet') wear(drawn.page, new Draw(7, 'wear test', id, index));
  return drawn;
}

test('every character drawn has a glyph in its own font: nothing falls back to a box', () => {
  const known = new Map<FontName, Set<number>>(FONT_NAMES.map((name) => [name, charactersOf(font(name).fontFile)]));
  const missing = new Set<string>();
  for (const { id } of DEMO_CLASSES)
    for (let i = 0; i < 60; i++)
      for (const mark of sheet(id, i).page.marks)
        if (mark.kind === 'text' || mark.kind === 'paragraph')
          for (const character of mark.text)
            if (character !== '\n' && known.get(mark.font)?.has(character.codePointAt(0) ?? 0) !== true)
              missing.add(`${mark.font}: ${character} (class ${String(id)}: ${mark.text})`);
  expect([...missing]).toEqual([]);
});

test('two syllables look different in every font, and both are ink', async () => {
  for (const name of FONT_NAMES) {
    const [one, two] = await Promise.all(['힣', '쀍'].map((text) => renderText({ text, ...font(name), size: 40 })));
    expect(Buffer.compare(Buffer.from(one?.data ?? []), Buffer.from(two?.data ?? [])), name).not.toBe(0);
    expect(
      one?.data.some((coverage) => coverage > 200),
      name,
    ).toBe(true);
  }
});

test('a font file decides the picture of its text, not a font of the system', async () => {
  const pictures = await Promise.all(FONT_NAMES.map((name) => renderText({ text: '진단서', ...font(name), size: 40 })));
  const distinct = new Set(
    pictures.map(({ data, width }) => `${String(width)} ${Buffer.from(data).toString('base64')}`),
  );
  expect(distinct.size).toBe(FONT_NAMES.length);
});

const overlap = (a: TextBox, b: TextBox) =>
  Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x) > 4 && Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y) > 3;

test.for(DEMO_CLASSES.map(({ id, name }) => [id, name] as const))(
  'no text of %i %s lies over another or off the page',
  async ([id]) => {
    for (let i = 0; i < 5; i++) {
      const { page } = sheet(id, i);
      const boxes = await textBoxes(page);
      const off = boxes.filter(
        ({ x, y, w, h }) => x < -1 || y < -1 || x + w > page.width + 1 || y + h > page.height + 1,
      );
      expect(off).toEqual([]);
      const over = boxes.flatMap((a, k) =>
        boxes
          .slice(k + 1)
          .filter((b) => overlap(a, b))
          .map((b) => `${a.text} / ${b.text}`),
      );
      expect(over).toEqual([]);
    }
  },
);

test('a form’s template is shared: two certificates of one hospital style differ in their fills alone', () => {
  const form = (...keys: (string | number)[]) => new Draw(7, 'form', ...keys);
  const captions = (index: number) =>
    LAYOUTS[12]?.(new Draw(7, 'same form', index), () => form('prescription', 3)).page.marks.flatMap((mark) =>
      mark.kind === 'fill' ? [[mark.x, mark.y, mark.w, mark.h].join()] : [],
    ) ?? [];
  const [one, two] = [new Set(captions(1)), captions(2)];
  const shared = two.filter((box) => one.has(box)).length;
  expect(shared / two.length).toBeGreaterThan(0.6);
});
