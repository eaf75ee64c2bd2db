// node scripts/check-colours.mjs: reads renderer/style/tokens.css, checks contrast and the distances of the class colours; exit 1 if a pair is too low.
// Contrast: WCAG 2 relative luminance. Colour blindness: Machado, Oliveira, Fernandes 2009, severity 1, in linear RGB. Distance: CIEDE2000.
import { readFileSync } from 'node:fs';
const css = readFileSync(new URL('../renderer/style/tokens.css', import.meta.url), 'utf8');
const block = (start) => {
  const i = css.indexOf(start);
  return css.slice(i, css.indexOf('\n}', i));
};
const read = (text) => Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
const themes = { dark: read(block(':root {')), light: read(block(':root[data-theme="light"]')) };
const lin = (hex) =>
  [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
const lum = (c) => 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
const contrast = (a, b) => {
  const x = lum(lin(a)) + 0.05,
    y = lum(lin(b)) + 0.05;
  return x > y ? x / y : y / x;
};
const eyes = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};
const see = (c, eye) => eyes[eye].map((r) => Math.min(1, Math.max(0, r[0] * c[0] + r[1] * c[1] + r[2] * c[2])));
const lab = (c) => {
  const f = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const X = (0.4124564 * c[0] + 0.3575761 * c[1] + 0.1804375 * c[2]) / 0.95047,
    Y = 0.2126729 * c[0] + 0.7151522 * c[1] + 0.072175 * c[2],
    Z = (0.0193339 * c[0] + 0.119192 * c[1] + 0.9503041 * c[2]) / 1.08883;
  return [116 * f(Y) - 16, 500 * (f(X) - f(Y)), 200 * (f(Y) - f(Z))];
};
function deltaE2000(p, q) {
  const [L1, a1, b1] = lab(p),
    [L2, a2, b2] = lab(q),
    r = Math.PI / 180;
  const Cb = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2,
    G = 0.5 * (1 - Math.sqrt(Cb ** 7 / (Cb ** 7 + 25 ** 7)));
  const A1 = a1 * (1 + G),
    A2 = a2 * (1 + G),
    c1 = Math.hypot(A1, b1),
    c2 = Math.hypot(A2, b2);
  const hue = (a, b) => (Math.atan2(b, a) / r + 360) % 360,
    h1 = hue(A1, b1),
    h2 = hue(A2, b2);
  let dh = h2 - h1;
  if (c1 * c2 === 0) dh = 0;
  else if (dh > 180) dh -= 360;
  else if (dh < -180) dh += 360;
  const dL = L2 - L1,
    dC = c2 - c1,
    dH = 2 * Math.sqrt(c1 * c2) * Math.sin((dh * r) / 2),
    L = (L1 + L2) / 2,
    C = (c1 + c2) / 2;
  const h =
    c1 * c2 === 0 ? h1 + h2 : Math.abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2;
  const T =
    1 -
    0.17 * Math.cos((h - 30) * r) +
    0.24 * Math.cos(2 * h * r) +
    0.32 * Math.cos((3 * h + 6) * r) -
    0.2 * Math.cos((4 * h - 63) * r);
  const sl = 1 + (0.015 * (L - 50) ** 2) / Math.sqrt(20 + (L - 50) ** 2),
    sc = 1 + 0.045 * C,
    sh = 1 + 0.015 * C * T;
  const rt = -Math.sin(60 * Math.exp(-(((h - 275) / 25) ** 2)) * r) * 2 * Math.sqrt(C ** 7 / (C ** 7 + 25 ** 7));
  return Math.sqrt((dL / sl) ** 2 + (dC / sc) ** 2 + (dH / sh) ** 2 + rt * (dC / sc) * (dH / sh));
}
const all = (name, n) => Array.from({ length: n }, (_, i) => `${name}-${i + 1}`);
const surfaces = ['canvas', 'rail', 'panel', 'raised', 'well', 'hover'];
const rules = [
  // foregrounds, grounds, least contrast
  [['text', 'text-2'], [...surfaces, 'pressed', 'accent-soft'], 4.5],
  [['text-3'], surfaces, 4.5],
  [['accent-text'], [...surfaces, 'accent-soft'], 4.5],
  ...['ok', 'warn', 'danger'].flatMap((s) => [
    [[s], [...surfaces, `${s}-soft`], 4.5],
    [['text'], [`${s}-soft`], 4.5],
  ]),
  [['inverse-on'], ['inverse'], 4.5],
  [['accent-on'], ['accent-fill'], 4.5],
  [['danger-on'], ['danger-fill'], 4.5],
  [all('series', 6), ['canvas', 'panel', 'raised', 'well'], 4.5],
  [['line-control', 'icon', 'accent', 'track', 'axis'], surfaces, 3],
  [all('class', 20), surfaces, 3],
];
const pairs = (family, n) => all(family, n).map((name) => [[name.replace(/-(\d+)$/, '-on-$1')], [name], 4.5]);
rules.push(...pairs('wrong', 6), ...pairs('right', 6), ...pairs('class', 20));
let low = 0,
  count = 0;
for (const [theme, k] of Object.entries(themes)) {
  const least = {};
  for (const [fgs, bgs, min] of rules)
    for (const f of fgs)
      for (const b of bgs) {
        const c = contrast(k[f], k[b]);
        count++;
        if (c < min) {
          low++;
          console.log(`LOW ${theme} ${f} on ${b}: ${c.toFixed(2)} < ${min}`);
        }
        const key = f.replace(/-\d+$/, '');
        if (!least[key] || c < least[key][0]) least[key] = [c, b];
      }
  console.log(
    theme,
    Object.entries(least)
      .map(([f, [c, b]]) => `${f} ${c.toFixed(2)} (${b})`)
      .join(', '),
  );
  const neutral = [
    'canvas',
    'rail',
    'panel',
    'raised',
    'well',
    'hover',
    'pressed',
    'line',
    'text',
    'text-2',
    'text-3',
    'icon',
  ];
  for (const n of neutral)
    if (new Set([1, 3, 5].map((i) => k[n].slice(i, i + 2))).size > 1) {
      low++;
      console.log(`TINTED ${theme} ${n} ${k[n]}`);
    }
  for (const n of [8, 12, 17, 20])
    console.log(
      theme,
      `first ${n} class colours, least CIEDE2000:`,
      Object.keys(eyes)
        .map((eye) => {
          let m = Infinity;
          for (let i = 1; i <= n; i++)
            for (let j = 1; j < i; j++)
              m = Math.min(m, deltaE2000(see(lin(k[`class-${i}`]), eye), see(lin(k[`class-${j}`]), eye)));
          return `${eye} ${m.toFixed(1)}`;
        })
        .join(', '),
    );
}
console.log(`${count} pairs checked, ${low} faults`);
process.exit(low ? 1 : 0);
