/** Drawings of the report, as SVG text. Places are in the unit square, (0, 0) at the lower left. */
export interface Line {
  /** Shown where the pointer rests. */
  title: string;
  points: readonly (readonly [x: number, y: number])[];
  /** Degrees of the colour wheel. */
  hue: number;
}

const SIDE = 320;
const MARGIN = 34;

/** Text that may stand in HTML and in attributes. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const x = (value: number): string => (MARGIN + value * SIDE).toFixed(1);
const y = (value: number): string => (SIDE + 8 - value * SIDE).toFixed(1);

function frame(words: { across: string; up: string }, inner: string): string {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (t) =>
      `<path class="grid" d="M${x(t)} ${y(0)}V${y(1)}M${x(0)} ${y(t)}H${x(1)}"/>` +
      `<text x="${x(t)}" y="${SIDE + 22}" text-anchor="middle">${t}</text>` +
      (t > 0 ? `<text x="${MARGIN - 5}" y="${Number(y(t)) + 4}" text-anchor="end">${t}</text>` : ''),
  );
  return `<svg viewBox="0 0 ${SIDE + MARGIN + 10} ${SIDE + 46}" role="img" aria-label="${escaped(words.up)}, ${escaped(words.across)}">${ticks.join('')}${inner}<text x="${x(0.5)}" y="${SIDE + 40}" text-anchor="middle">${escaped(words.across)}</text><text transform="translate(10 ${y(0.5)}) rotate(-90)" text-anchor="middle">${escaped(words.up)}</text></svg>`;
}

/** Curves over the unit square. */
export function curveChart(lines: readonly Line[], words: { across: string; up: string }): string {
  const drawn = lines.map(({ title, points, hue }) => {
    const path = points.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    return `<path class="line" stroke="hsl(${hue} 60% 45%)" d="${path}"><title>${escaped(title)}</title></path>`;
  });
  return frame(words, drawn.join(''));
}

/** A bar a bin as high as the share that is right, its width the bin's; a dot at the mean probability. */
export function reliabilityChart(
  bins: readonly { confidence: number; accuracy: number; count: number }[],
  words: { across: string; up: string },
): string {
  const width = SIDE / bins.length;
  const bars = bins.map(({ confidence, accuracy, count }, i) =>
    count === 0
      ? ''
      : `<g><title>${count} · ${confidence.toFixed(3)} · ${accuracy.toFixed(3)}</title><rect x="${(MARGIN + i * width + 1).toFixed(1)}" y="${y(accuracy)}" width="${(width - 2).toFixed(1)}" height="${(accuracy * SIDE).toFixed(1)}"/><circle cx="${x(confidence)}" cy="${y(accuracy)}" r="3"/></g>`,
  );
  return frame(words, `${bars.join('')}<path class="even" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/>`);
}
