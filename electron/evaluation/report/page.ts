/** An evaluation as one HTML page that needs no other file and runs no script. Pure: text from figures. */
import { type Robustness } from '../../contract/index.ts';
import { type CurvePoint } from '../curves.ts';
import { type Evaluation } from '../evaluate.ts';
import { type SliceFigures } from '../slices.ts';
import { curveChart, escaped, reliabilityChart } from './charts.ts';
import { type ReportLocale, type ReportWords, reportWords } from './words.ts';

export interface ReportSubject {
  locale: ReportLocale;
  run: { id: number; name: string };
  split: keyof ReportWords['split'];
  classes: readonly string[];
  evaluation: Evaluation;
  curves: readonly { averagePrecision: number; points: readonly CurvePoint[] }[];
  /** Epochs of a training that measured its degraded twin; empty for any other. */
  epochs: readonly { epoch: number; fold: number | null; validationF1: number | null; robustF1: number | null }[];
  /** Parts of the split by the queries that the project keeps. */
  slices: readonly (SliceFigures & { query: string; ece: number })[];
  /** On the degraded twins of these images; null where that was not measured. */
  robust: Robustness | null;
  recipe: Record<string, unknown>;
}

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:32px auto;padding:0 20px}
h1{font-size:22px}h2{font-size:17px;margin-top:36px}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:3px 10px;text-align:right;border-bottom:1px solid #8883}th:first-child,td:first-child{text-align:left}
.matrix td,.matrix th{padding:2px 4px;min-width:26px;text-align:center;font-size:12px;border:1px solid #8882}
.matrix th.side{text-align:right;white-space:nowrap}.matrix th.top{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left}
.wide{overflow-x:auto}svg{width:420px;max-width:100%;font-size:11px;fill:currentColor}.grid{stroke:#8884;fill:none}
.line{fill:none;stroke-width:1.6}.even{stroke:currentColor;stroke-dasharray:4 4;fill:none}rect{fill:#4a7fb588}
.key span{display:inline-block;margin-right:14px}.key i{display:inline-block;width:12px;height:3px;margin-right:5px;vertical-align:middle}
pre{white-space:pre-wrap;font-size:12px;border:1px solid #8884;padding:12px}.quiet{color:#888}`;

const digits = (value: number): string => value.toFixed(4);
const signed = (value: number): string => `${value >= 0 ? '+' : '−'}${digits(Math.abs(value))}`;
const range = ([low, high]: readonly [number, number]): string => `${digits(low)} – ${digits(high)}`;
const row = (cells: readonly string[], tag = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
/** Hues as far apart as the number of classes lets them be. */
const hueOf = (k: number, classes: number): number => Math.round((360 * k) / Math.max(1, classes));

export function reportPage(subject: ReportSubject): string {
  const w = reportWords[subject.locale];
  const { evaluation, run } = subject;
  const title = escaped(w.title(run.name || String(run.id)));
  const count = evaluation.rows.toLocaleString(subject.locale === 'ko' ? 'ko-KR' : 'en-GB');
  return `<!doctype html>
<html lang="${subject.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head><body>
<h1>${title}</h1><p class="quiet">${w.images(count, w.split[subject.split])}</p>
${headline(subject, w)}
<h2>${w.classes}</h2><div class="wide">${classTable(subject, w)}</div>
<h2>${w.matrix}</h2><p class="quiet">${w.matrixNote}</p><div class="wide">${matrix(subject)}</div>
<h2>${w.curves}</h2>${curves(subject, w)}
<h2>${w.reliability}</h2><p class="quiet">${w.reliabilityNote}</p>${reliabilityChart(evaluation.reliability, { across: w.confidence, up: w.share })}
<h2>${w.slices}</h2>${slices(subject, w)}
<h2>${w.robust}</h2>${robust(subject, w)}
<h2>${w.recipe}</h2><pre>${escaped(JSON.stringify(subject.recipe, null, 2))}</pre>
</body></html>
`;
}

function headline({ evaluation: e }: ReportSubject, w: ReportWords): string {
  return `<table>${[
    row(['', '', w.interval], 'th'),
    row([w.macroF1, digits(e.macroF1), range(e.macroF1Interval)]),
    row([w.accuracy, digits(e.accuracy), range(e.accuracyInterval)]),
    row([w.logLoss, digits(e.logLoss), '']),
    row([w.calibration, digits(e.ece), '']),
    row([w.temperature, digits(e.temperature), '']),
  ].join('')}</table>`;
}

function classTable({ evaluation, curves: all, classes }: ReportSubject, w: ReportWords): string {
  const head = row([w.class, w.support, w.precision, w.recall, w.f1, w.interval, w.averagePrecision], 'th');
  const rows = evaluation.perClass.map((m, k) =>
    row([
      escaped(classes[k] ?? ''),
      String(m.support),
      ...[m.precision, m.recall, m.f1].map(digits),
      range(m.f1Interval),
      digits(all[k]?.averagePrecision ?? 0),
    ]),
  );
  return `<table>${head}${rows.join('')}</table>`;
}

function matrix({ evaluation, classes }: ReportSubject): string {
  const { cells, classes: k } = evaluation.confusion;
  const order = evaluation.clusterOrder;
  const name = (i: number): string => escaped(classes[i] ?? '');
  const head = `<tr><th></th>${order.map((i) => `<th class="top">${name(i)}</th>`).join('')}</tr>`;
  const rows = order.map((given) => {
    const sum = order.reduce((total, guess) => total + cells[given * k + guess]!, 0);
    const inRow = order.map((guess) => {
      const count = cells[given * k + guess]!;
      if (count === 0) return '<td></td>';
      // The shade is the share of the row, its root: single mistakes can be seen too.
      const shade = Math.sqrt(count / Math.max(1, sum)).toFixed(2);
      const colour = given === guess ? `rgb(60 140 90/${shade})` : `rgb(205 70 60/${shade})`;
      return `<td style="background:${colour}" title="${name(given)} → ${name(guess)}">${count}</td>`;
    });
    return `<tr><th class="side">${name(given)}</th>${inRow.join('')}</tr>`;
  });
  return `<table class="matrix">${head}${rows.join('')}</table>`;
}

function curves({ curves: all, classes }: ReportSubject, w: ReportWords): string {
  const lines = all.flatMap(({ points, averagePrecision }, k) =>
    points.length === 0
      ? []
      : [
          {
            title: `${classes[k]} · ${digits(averagePrecision)}`,
            points: points.map((p): [number, number] => [p.recall, p.precision]),
            hue: hueOf(k, classes.length),
          },
        ],
  );
  const key = classes.map(
    (name, k) => `<span><i style="background:hsl(${hueOf(k, classes.length)} 60% 45%)"></i>${escaped(name)}</span>`,
  );
  return `${curveChart(lines, { across: w.recall, up: w.precision })}<p class="key">${key.join('')}</p>`;
}

function slices({ slices: parts }: ReportSubject, w: ReportWords): string {
  if (parts.length === 0) return `<p class="quiet">${w.noSlices}</p>`;
  const head = row(
    [w.slice, w.support, w.accuracy, w.macroF1, w.interval, w.difference, w.interval, w.calibration],
    'th',
  );
  const rows = parts.map((part) =>
    row([
      `<code>${escaped(part.query)}</code>${part.tooFew ? ` <span class="quiet">${w.tooFew}</span>` : ''}`,
      String(part.images),
      ...[part.accuracy, part.macroF1].map(digits),
      range(part.macroF1Interval),
      signed(part.difference),
      range(part.differenceInterval),
      digits(part.ece),
    ]),
  );
  return `<p class="quiet">${w.slicesNote}</p><div class="wide"><table>${head}${rows.join('')}</table></div>`;
}

function robust({ epochs, robust: found }: ReportSubject, w: ReportWords): string {
  const measured = epochs.filter((epoch) => epoch.robustF1 !== null);
  if (measured.length === 0 && !found) return `<p class="quiet">${w.noRobust}</p>`;
  return (found ? pairs(found, w) : '') + (measured.length > 0 ? epochTable(measured, w) : '');
}

function pairs({ macroF1, accuracy, classes, images }: Robustness, w: ReportWords): string {
  const line = (name: string, p: Robustness['macroF1']): string =>
    row([name, digits(p.clean), digits(p.robust), signed(p.difference), range(p.interval)]);
  const head = row(['', w.clean, w.degraded, w.difference, w.interval], 'th');
  const rows = [line(w.macroF1, macroF1), line(w.accuracy, accuracy), ...classes.map((c) => line(escaped(c.class), c))];
  return `<p class="quiet">${w.twinNote(String(images))}</p><div class="wide"><table>${head}${rows.join('')}</table></div>`;
}

function epochTable(measured: ReportSubject['epochs'], w: ReportWords): string {
  const cell = (value: number | null): string => (value === null ? '' : digits(value));
  const rows = measured.map(({ epoch, fold, validationF1, robustF1 }) =>
    row([`${fold === null ? '' : `${fold} · `}${epoch}`, cell(validationF1), cell(robustF1)]),
  );
  return `<p class="quiet">${w.robustNote}</p><table>${row([w.epoch, w.clean, w.degraded], 'th')}${rows.join('')}</table>`;
}
