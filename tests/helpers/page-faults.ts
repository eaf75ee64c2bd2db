/** What a person could not read or reach on a page: contrast, words cut off, controls without a name, holes of sentences. */
import { type Page } from '@playwright/test';

/**
 * Faults of what is on screen, each a line that names the element; none where the page is whole. Contrast is WCAG 2.1's,
 * at least 4.5, of each text against the composed ground behind it; disabled controls and text over pictures are apart.
 */
export function pageFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [number, number, number, number];
    const faults = new Set<string>();
    const colour = (css: string): Colour => {
      const [a = 0, b = 0, c = 0, d = 1] = (css.match(/[\d.]+/g) ?? []).map(Number);
      return css.startsWith('color(srgb') ? [a * 255, b * 255, c * 255, d] : [a, b, c, d];
    };
    const over = ([r, g, b, a]: Colour, under: Colour): Colour => [
      r * a + under[0] * (1 - a),
      g * a + under[1] * (1 - a),
      b * a + under[2] * (1 - a),
      1,
    ];
    const luminance = (of: Colour): number => {
      const [r, g, b] = of
        .slice(0, 3)
        .map((v) => (v / 255 <= 0.04045 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    /** The ground under an element; null where a picture or gradient is part of it. */
    const ground = (element: Element): Colour | null => {
      const layers: Colour[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.backgroundImage !== 'none' || style.opacity !== '1') return null;
        layers.push(colour(style.backgroundColor));
        if (layers.at(-1)?.[3] === 1) break;
      }
      return layers.reduceRight<Colour>((under, layer) => over(layer, under), [255, 255, 255, 1]);
    };
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
      faults.add(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
    // What a dialog dims is not to be read.
    const dialog = document.querySelector('[role=dialog], [role=alertdialog]');
    for (const element of (dialog ?? document.body).querySelectorAll<HTMLElement>('*')) {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const hidden =
        style.visibility === 'hidden' || box.width < 2 || box.height < 2 || element.closest('[aria-hidden=true]');
      if (hidden || box.bottom < 0 || box.top > innerHeight) continue;
      const text = [...element.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.textContent?.trim() ?? '')
        .join(' ')
        .trim();
      const named = `${element.tagName.toLowerCase()} "${text.slice(0, 40)}"`;
      const control = element.matches('button, a[href], input, select, textarea, [role=button], [role=slider]');
      if (control) {
        const labels = 'labels' in element ? (element as HTMLInputElement).labels : null;
        const name =
          element.getAttribute('aria-label') ??
          element.getAttribute('aria-labelledby') ??
          element.getAttribute('title') ??
          labels?.[0]?.textContent ??
          element.textContent;
        if (!name?.trim()) faults.add(`no name: ${element.outerHTML.slice(0, 120)}`);
      }
      if (text === '') continue;
      if (/\{\w+\}|undefined|NaN|\[object/.test(text)) faults.add(`a hole: ${named}`);
      const cut = element.scrollWidth > element.clientWidth + 1 && style.overflowX !== 'visible';
      if (cut && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis') faults.add(`cut off: ${named}`);
      const under = element.closest('[disabled], [aria-disabled=true]') ? null : ground(element);
      if (!under) continue;
      const [light = 0, dark = 0] = [luminance(over(colour(style.color), under)), luminance(under)].sort(
        (a, b) => b - a,
      );
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < 4.5) faults.add(`contrast ${contrast.toFixed(2)}: ${named}`);
    }
    return [...faults];
  });
}
