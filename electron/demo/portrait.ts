/** A drawn face before a plain ground, as in the photograph of a card or a résumé. No real person is shown. */
import { type Page } from './paper.ts';
import { type Draw } from './random.ts';

const SKINS = ['#f3d3b8', '#ecc6a5', '#e4b792', '#f6dcc6', '#dba982'];
const HAIRS = ['#17130f', '#2a1f18', '#3b2a20', '#0f0f12', '#5a4636', '#8d8a86'];
const CLOTHES = ['#20242f', '#2f3e5c', '#6b2f3a', '#3d5a4c', '#dfe3ea', '#7d6a55', '#1b1b1f', '#8a4b2f'];
const GROUNDS = ['#ffffff', '#dfe9f3', '#cfe0ef', '#f1efe9', '#b8cfe4', '#e9e4f2'];

/** Draws the photograph into the box, portrait format (about 7:9). */
export function portrait(page: Page, r: Draw, female: boolean, x: number, y: number, w: number, h: number): void {
  const skin = r.pick(SKINS);
  const hair = r.pick(HAIRS);
  const cloth = r.pick(CLOTHES);
  const cx = 70 + r.real(-4, 4);
  const cy = 78 + r.real(-5, 5);
  const rx = r.real(25, 31);
  const ry = r.real(33, 38);
  const long = female && r.chance(0.65);
  const eye = r.real(9.5, 12);
  const smile = r.real(1, 6);
  const part = r.real(-14, 14);
  const p = (n: number) => n.toFixed(1);
  const back = long
    ? `<path d="M${p(cx - rx - 9)} ${p(cy - 8)} Q${p(cx)} ${p(cy - ry - 34)} ${p(cx + rx + 9)} ${p(cy - 8)} L${p(cx + rx + 13)} ${p(cy + 62)} L${p(cx - rx - 13)} ${p(cy + 62)} Z" fill="${hair}"/>`
    : '';
  const glasses = r.chance(0.22)
    ? `<g fill="none" stroke="#2b2b2f" stroke-width="1.6"><circle cx="${p(cx - eye)}" cy="${p(cy + 1)}" r="7.5"/><circle cx="${p(cx + eye)}" cy="${p(cy + 1)}" r="7.5"/><path d="M${p(cx - eye + 7.5)} ${p(cy)} L${p(cx + eye - 7.5)} ${p(cy)}"/></g>`
    : '';
  const collar = r.chance(0.6)
    ? `<path d="M${p(cx - 15)} 128 L${p(cx)} 152 L${p(cx + 15)} 128 L${p(cx + 8)} 122 L${p(cx - 8)} 122 Z" fill="#f4f4f4"/>${!female && r.chance(0.6) ? `<path d="M${p(cx - 4)} 140 L${p(cx + 4)} 140 L${p(cx + 6)} 180 L${p(cx - 6)} 180 Z" fill="#6a2531"/>` : ''}`
    : '';
  const body = `<g transform="scale(${(w / 140).toFixed(4)} ${(h / 180).toFixed(4)})">
<rect width="140" height="180" fill="${r.pick(GROUNDS)}"/>${back}
<path d="M${p(cx - 58)} 182 Q${p(cx - 54)} 132 ${p(cx - 14)} 124 L${p(cx + 14)} 124 Q${p(cx + 54)} 132 ${p(cx + 58)} 182 Z" fill="${cloth}"/>
<path d="M${p(cx - 11)} ${p(cy + 22)} L${p(cx - 12)} 126 Q${p(cx)} 138 ${p(cx + 12)} 126 L${p(cx + 11)} ${p(cy + 22)} Z" fill="${skin}"/>${collar}
<path d="M${p(cx - 11)} ${p(cy + 30)} Q${p(cx)} ${p(cy + 44)} ${p(cx + 11)} ${p(cy + 30)} L${p(cx + 11)} ${p(cy + 40)} L${p(cx - 11)} ${p(cy + 40)} Z" fill="#000" opacity=".12"/>
<ellipse cx="${p(cx)}" cy="${p(cy)}" rx="${p(rx)}" ry="${p(ry)}" fill="${skin}"/>
<circle cx="${p(cx - rx)}" cy="${p(cy + 4)}" r="5" fill="${skin}"/><circle cx="${p(cx + rx)}" cy="${p(cy + 4)}" r="5" fill="${skin}"/>
<path d="M${p(cx - rx - 3)} ${p(cy + 2)} Q${p(cx - rx - 6)} ${p(cy - ry - 12)} ${p(cx)} ${p(cy - ry - 11)} Q${p(cx + rx + 6)} ${p(cy - ry - 12)} ${p(cx + rx + 3)} ${p(cy + 2)} Q${p(cx + rx - 2)} ${p(cy - 20)} ${p(cx + part)} ${p(cy - 20)} Q${p(cx - rx + 2)} ${p(cy - 18)} ${p(cx - rx - 3)} ${p(cy + 2)} Z" fill="${hair}"/>
<g stroke="${hair}" stroke-width="2.2" fill="none"><path d="M${p(cx - eye - 6)} ${p(cy - 8)} q6 -4 11 0"/><path d="M${p(cx + eye - 5)} ${p(cy - 8)} q6 -4 11 0"/></g>
<ellipse cx="${p(cx - eye)}" cy="${p(cy + 1)}" rx="3" ry="2.2" fill="#231a14"/><ellipse cx="${p(cx + eye)}" cy="${p(cy + 1)}" rx="3" ry="2.2" fill="#231a14"/>
<path d="M${p(cx)} ${p(cy + 2)} q-4 10 0 11" stroke="#000" stroke-opacity=".28" stroke-width="1.6" fill="none"/>
<path d="M${p(cx - 8)} ${p(cy + 20)} q8 ${p(smile)} 16 0" stroke="#a9544f" stroke-width="2.4" fill="none"/>${glasses}</g>`;
  page.svg(x, y, w, h, body);
}
