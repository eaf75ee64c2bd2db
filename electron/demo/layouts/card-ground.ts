/** The printed ground of cards and passports. */
import { type Colour, hex, type Page } from '../paper.ts';
import { type Draw } from '../random.ts';

/** A shaded ground with fine waves and a large faint emblem, under the print of a card. */
export function ground(page: Page, t: Draw, from: Colour, to: Colour, line: Colour): void {
  const { width: w, height: h } = page;
  const waves: string[] = [];
  const f = t.real(0.006, 0.014);
  const lift = t.real(10, 40);
  for (let k = -2; k < 26; k++) {
    let d = '';
    for (let x = 0; x <= w; x += 20)
      d += `${x === 0 ? 'M' : 'L'}${String(x)} ${(k * (h / 22) + lift * Math.sin(x * f + k * 0.35)).toFixed(1)} `;
    waves.push(`<path d="${d}"/>`);
  }
  const petals = Array.from(
    { length: 5 },
    (_, i) => `<ellipse cx="0" cy="-70" rx="42" ry="72" transform="rotate(${String(i * 72)})"/>`,
  );
  const shade = `<linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${hex(from)}"/><stop offset="1" stop-color="${hex(to)}"/></linearGradient>`;
  const emblem = `<g transform="translate(${String(w * t.real(0.42, 0.62))} ${String(h * 0.52)})" fill="${hex(line)}" opacity=".13">${petals.join('')}</g>`;
  page.svg(
    0,
    0,
    w,
    h,
    `<defs>${shade}</defs><rect width="${String(w)}" height="${String(h)}" fill="url(#g)"/><g fill="none" stroke="${hex(line)}" stroke-width="1" opacity=".3">${waves.join('')}</g>${emblem}`,
    1,
    true,
  );
}
