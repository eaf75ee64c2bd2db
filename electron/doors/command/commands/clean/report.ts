/** The cleaning report: one page that needs nothing else, with small pictures, in the light the reader has chosen. */
import {
  fill,
  type Finding,
  type FindingKind,
  type Reason,
  reasonSentence,
  type Tile,
} from '../../../../contract/index.ts';
import { type Engine } from '../../../../engine/index.ts';
import { findingsOf } from './listed.ts';
import { KINDS, type Locale, WORDS } from './report-words.ts';

export interface ReportOptions {
  kinds: readonly FindingKind[];
  /** Findings shown of a kind. */
  limit: number;
  locale: Locale;
}

/** Pictures shown of one finding. */
const PICTURES = 6;

const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f5f5f6;--line:#d9d9de;--text:#1b1b1f;--dim:#5f5f68;--warn:#a14a00}
@media(prefers-color-scheme:dark){:root{--ground:#161618;--raised:#1f1f23;--line:#34343a;--text:#ececf0;--dim:#a3a3ad;--warn:#f0a35e}}
*{box-sizing:border-box}body{margin:0 auto;max-width:1120px;padding:32px 24px;background:var(--ground);color:var(--text);
font:14px/1.5 system-ui,"Noto Sans KR","Apple SD Gothic Neo","Malgun Gothic",sans-serif}
h1{font-size:22px;margin:0}h2{font-size:17px;margin:36px 0 8px}.dim{color:var(--dim)}
.figures{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0}
.figures div{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.figures b{display:block;font-size:19px;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--dim)}.n{font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}.list{display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(300px,1fr))}
article{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:10px;break-inside:avoid}
.pictures{display:flex;flex-wrap:wrap;gap:6px}figure{margin:0;width:128px}
img,.blank{width:128px;height:128px;object-fit:contain;background:var(--ground);border-radius:4px;display:block}
figcaption{font-size:11px;color:var(--dim);overflow-wrap:anywhere}
article p{margin:6px 0 0}.label{font-weight:600}.likely{color:var(--warn)}
@media print{body{max-width:none;padding:0}}`;

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

type Row = readonly (string | number)[];

/** Numbers stand in figures of one width. */
function table(head: readonly string[], rows: readonly Row[]): string {
  const cell = (value: string | number): string =>
    typeof value === 'number' || /^[\d.–[\] ]+$/.test(value)
      ? `<td class="n">${escaped(String(value))}</td>`
      : `<td>${escaped(value)}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('');
  const names = head.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  return `<div class="scroll"><table><thead><tr>${names}</tr></thead><tbody>${body}</tbody></table></div>`;
}

export async function reportPage(engine: Engine, { kinds, limit, locale }: ReportOptions): Promise<string> {
  const word = (key: keyof typeof WORDS, values: Record<string, string | number> = {}): string =>
    fill(WORDS[key][locale], values);
  const say = (reasons: readonly Reason[], between: string): string =>
    reasons.map((reason) => reasonSentence(reason, locale)).join(between);
  const info = await engine.call('project.info', {});
  const summary = await engine.call('clean.summary', {});
  const health = await engine.call('clean.health', {});
  const effects = await engine.call('clean.effect', {});
  const names = new Map((await engine.call('classes.list', {})).map((c) => [c.id, c.name]));
  const named = (id: number | null): string => (id === null ? word('noLabel') : (names.get(id) ?? word('noLabel')));
  const number = (value: number): string => value.toLocaleString(locale);

  const left = summary.left;
  const figures: [string, string][] = [
    [number(info.images), word('images')],
    [number(info.labelled), word('labelled')],
    ...(health.expectedErrors === null
      ? []
      : [[number(Math.round(health.expectedErrors)), word('expected')] as [string, string]]),
    [number(summary.reviewed), word('reviewed')],
    [number(summary.corrected), word('corrected')],
    ...(left
      ? [
          [`${Math.round(left.estimate)} [${Math.round(left.low)}–${Math.ceil(left.high)}]`, word('left')] as [
            string,
            string,
          ],
        ]
      : []),
  ];

  async function picture(tile: Tile): Promise<string> {
    // What cannot be read is listed for that: it has a blank where others have a picture.
    const found = tile.hash ? await engine.picture({ kind: 'thumbnail', hash: tile.hash }).catch(() => null) : null;
    const shown = found
      ? `<img loading="lazy" alt="${escaped(tile.name)}" src="data:${found.type};base64,${Buffer.from(found.bytes).toString('base64')}">`
      : '<div class="blank"></div>';
    const split = tile.split === 'none' ? '' : ` · ${tile.split}`;
    return `<figure>${shown}<figcaption>${escaped(tile.name)}<br>${escaped(named(tile.class))}${split}</figcaption></figure>`;
  }

  async function article(finding: Finding): Promise<string> {
    const pictures = [];
    for (const tile of finding.images.slice(0, PICTURES)) pictures.push(await picture(tile));
    const more = finding.images.length - PICTURES;
    const { given, suggested, kind } = finding;
    const between = kind === 'overlap' ? '~' : '→';
    const label =
      suggested !== null ? `${named(given)} ${between} ${named(suggested)}` : given === null ? '' : named(given);
    return (
      `<article><div class="pictures">${pictures.join('')}</div>` +
      `<p><span class="${finding.likely ? 'likely' : 'dim'}">${finding.score.toFixed(2)}</span>` +
      ` <span class="label">${escaped(label)}</span>${more > 0 ? ` <span class="dim">${word('more', { n: more })}</span>` : ''}</p>` +
      `<p class="dim">${escaped(say(finding.reasons, '; '))}</p></article>`
    );
  }

  async function section(kind: FindingKind): Promise<string> {
    const findings = await findingsOf(engine, kind, { limit });
    const total = summary.kinds.find((k) => k.kind === kind)?.open ?? 0;
    const articles = [];
    for (const finding of findings) articles.push(await article(finding));
    const body =
      findings.length === 0
        ? `<p class="dim">${word('none')}</p>`
        : `<p class="dim">${word('shown', { shown: findings.length, total })}</p><div class="list">${articles.join('')}</div>`;
    return `<section id="${kind}"><h2>${KINDS[kind][locale]}</h2>${body}</section>`;
  }

  const three = (value: number): string => value.toFixed(3);
  const parts = [
    `<header><h1>${word('title')}: ${escaped(info.name)}</h1><p class="dim">${word('made', { when: new Date().toLocaleString(locale) })}</p></header>`,
    `<div class="figures">${figures.map(([value, name]) => `<div><b>${escaped(value)}</b>${escaped(name)}</div>`).join('')}</div>`,
    summary.advice ? `<p>${escaped(say([summary.advice], ' '))}</p>` : '',
    `<h2>${word('findings')}</h2>`,
    table(
      [word('kind'), word('open'), word('likely'), word('decided')],
      kinds.map((kind) => {
        const counts = summary.kinds.find((k) => k.kind === kind);
        return [KINDS[kind][locale], counts?.open ?? 0, counts?.likely ?? 0, counts?.decided ?? 0];
      }),
    ),
  ];
  if (health.classes.length > 0)
    parts.push(
      `<h2>${word('health')}</h2>`,
      table(
        [
          ...[word('class'), word('images'), word('labelQuality'), word('doubtful'), word('missing')],
          ...[word('precision'), word('recall'), 'F1'],
        ],
        health.classes.map((c) => [
          ...[named(c.class), c.images, three(c.labelQuality), c.doubtful, c.missing],
          ...[three(c.precision), three(c.recall), three(c.f1)],
        ]),
      ),
      `<p class="dim">${word('healthNote')}</p>`,
    );
  const drift = health.drift.filter((d) => d.p < 0.01);
  if (drift.length > 0)
    parts.push(
      `<h2>${word('drift')}</h2>`,
      table(
        [word('property'), word('distance'), word('chance')],
        drift.map((d) => [d.property, d.distance.toFixed(2), d.p.toFixed(4)]),
      ),
    );
  if (effects.length > 0)
    parts.push(
      `<h2>${word('effect')}</h2>`,
      table(
        [word('run'), word('split'), word('before'), word('now'), word('withoutLeaked'), word('why')],
        effects.map((e) => [
          ...[`${e.run} · ${e.name}`, e.split, e.before.macroF1.toFixed(4), e.now.macroF1.toFixed(4)],
          ...[e.withoutLeaked ? e.withoutLeaked.macroF1.toFixed(4) : '—', say(e.notes, ' ')],
        ]),
      ),
    );
  for (const kind of kinds) parts.push(await section(kind));
  return (
    `<!doctype html>\n<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${word('title')}: ${escaped(info.name)}</title><style>${STYLE}</style></head><body>${parts.join('\n')}</body></html>\n`
  );
}
