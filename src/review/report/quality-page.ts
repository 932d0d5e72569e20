import type { QualityReport, WorstFrame } from '../../pipeline/measure/quality-report.ts';
import type { ColorBar } from '../../pipeline/run/color-bar.ts';
import { escapeHtml, type PlotLine, plot, shortNumber } from './plot.ts';
import { colorRows, identityRows, measuredTitle, type QualityRow, SHOT_COLUMNS, shotCells } from './quality-rows.ts';

/** Told apart without green and red. */
const COLORS = { result: '#c2410c', truth: '#64748b', cb: '#2563eb', cr: '#dc2626' } as const;

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .15rem .8rem .15rem 0; vertical-align: top; white-space: pre; }
td.beside, .worst figcaption, dd { color: GrayText; white-space: normal; }
.scroll { overflow-x: auto; }
figure { margin: 0 0 1.2rem; } figcaption i { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 .8em; }
svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: currentColor; }
svg path { fill: none; stroke-width: 1.3; } .grid { stroke: currentColor; opacity: .2; } .cut { stroke: currentColor; opacity: .35; stroke-dasharray: 2 3; }
.bar { height: 2.2rem; } .ticks { display: flex; justify-content: space-between; font-variant-numeric: tabular-nums; }
.worst { display: flex; flex-wrap: wrap; gap: 1rem; } .worst img { max-width: 100%; display: inline-block; margin-right: 4px; }
`;

const WORST: Record<WorstFrame['what'], { title: string; pictures: string; unit: string }> = {
  flicker: { title: 'Colour changes most', pictures: 'the frame before, and this one', unit: ' code values' },
  psnr: { title: 'Furthest from the truth', pictures: 'this frame, and the truth', unit: ' dB' },
  luma: { title: 'Luma differs most', pictures: 'this frame', unit: ' code values' },
};

const DEFINITIONS: readonly (readonly [string, string])[] = [
  [
    'Chroma flicker',
    'mean |chroma(t) - chroma(t + 1) moved back along motion|, in 8-bit code values, where motion agrees both ways. Motion is searched in the luma of the source. Beyond the picture chroma reads as 0, as in the usual tools; "inside the picture" leaves such pixels out.',
  ],
  [
    'CDC',
    'mean Jensen-Shannon divergence of 256-bin histograms of R, G, B of frames 1, 2 and 4 apart. Lower is steadier, but gray film is the steadiest: read it beside the figure of the luma alone and of the truth.',
  ],
  ['Colourfulness', 'Hasler and Suesstrunk 2003, signed form, mean over frames.'],
  ['PSNR', 'over R, G, B of BT.709, without rounding, mean over the frames whose colour was not given.'],
  [
    'Keyframe hand-overs',
    'how far the mean chroma of the picture moves in the step into or out of a keyframe, beside the median of all other steps of the shot.',
  ],
  [
    'Unseen, trust',
    'as the render reported them: the share of the picture that no keyframe saw, and how far carried colour can be relied on.',
  ],
];

/** A report as one HTML page that needs nothing else: plots and pictures are inside. `bar`: of a film that is coloured by intensity. */
export function qualityPage(report: QualityReport, bar?: ColorBar): string {
  const title = escapeHtml(measuredTitle(report));
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${title}</title><style>${STYLE}</style></head><body>`,
    `<h1>${title}</h1>`,
    ...report.warnings.map(message => `<p><strong>Note:</strong> ${escapeHtml(message)}</p>`),
    section('Colour bar', bar ? barFigure(bar) : ''),
    section('What is the film’s own', rowTable(identityRows(report))),
    section('Colour', rowTable(colorRows(report))),
    section('Over time', plots(report)),
    section('Worst frames', worstFrames(report)),
    section('Shots', shotTable(report)),
    section('How it is measured', definitions()),
    '</body></html>\n',
  ].join('\n');
}

function section(title: string, content: string): string {
  return content === '' ? '' : `<h2>${escapeHtml(title)}</h2>\n${content}`;
}

/** Code values that stand below a bar. */
const TICKS = 5;

function barFigure({ palette, low, high, colors }: ColorBar): string {
  const stops = colors.join();
  const ticks = Array.from({ length: TICKS }, (_, i) => `<span>${shortNumber(low + (i / (TICKS - 1)) * (high - low))}</span>`);
  const caption = `${palette}: chroma by intensity, in code values of luma, which is unchanged. It shows numbers; it says nothing of what they mean.`;
  return `<figure><div class="bar" role="img" aria-label="${escapeHtml(palette)} from ${shortNumber(low)} to ${shortNumber(high)}" style="background:linear-gradient(90deg,${stops})"></div><div class="ticks">${ticks.join('')}</div><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

function rowTable(rows: readonly QualityRow[]): string {
  const lines = rows.map(
    ({ name, value, beside }) =>
      `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td><td class="beside">${escapeHtml(beside)}</td></tr>`,
  );
  return lines.length === 0 ? '' : `<table>${lines.join('\n')}</table>`;
}

function plots({ curves, shots }: QualityReport): string {
  const { framesPerPoint } = curves;
  const firstFrame = shots[0]?.start ?? 0;
  const cuts = shots.slice(1).map(({ start }) => start);
  const line = (name: string, color: string, values: PlotLine['values']): PlotLine => ({ name, color, values });
  const draw = (title: string, unit: string, ...lines: PlotLine[]) =>
    plot(lines, { title, unit, framesPerPoint, firstFrame, cuts });
  return [
    draw(
      'Chroma flicker',
      '8-bit code values',
      line('truth', COLORS.truth, curves.flickerTruth),
      line('film', COLORS.result, curves.flicker),
    ),
    draw('Mean chroma', '8-bit code values from neutral', line('Cb', COLORS.cb, curves.cb), line('Cr', COLORS.cr, curves.cr)),
    draw(
      'Colourfulness',
      '0 is gray',
      line('truth', COLORS.truth, curves.colorfulnessTruth),
      line('film', COLORS.result, curves.colorfulness),
    ),
    draw('PSNR', 'dB', line('film', COLORS.result, curves.psnr)),
  ].join('\n');
}

function worstFrames({ worst }: QualityReport): string {
  const figures = worst.map(({ what, frame, seconds, value, pictures }) => {
    const { title, pictures: shown, unit } = WORST[what];
    const images = pictures.map(uri => `<img src="${uri}" alt="frame ${frame}">`).join('');
    const text = `${title}: frame ${frame} at ${seconds.toFixed(2)} s, ${shortNumber(value)}${unit}`;
    return `<figure>${images}<figcaption>${escapeHtml(images === '' ? text : `${text} (${shown})`)}</figcaption></figure>`;
  });
  return figures.length === 0 ? '' : `<div class="worst">${figures.join('\n')}</div>`;
}

function shotTable({ shots, shotsFrom }: QualityReport): string {
  const head = SHOT_COLUMNS.map(name => `<th>${escapeHtml(name)}</th>`).join('');
  const rows = shots.map(
    shot =>
      `<tr>${shotCells(shot)
        .map(cell => `<td>${escapeHtml(cell)}</td>`)
        .join('')}</tr>`,
  );
  const origin = { detector: 'found in the film', plan: 'as planned', run: 'as rendered' }[shotsFrom];
  return `<p>Shots ${origin}.</p><div class="scroll"><table><tr>${head}</tr>${rows.join('\n')}</table></div>`;
}

function definitions(): string {
  return `<dl>${DEFINITIONS.map(([name, text]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`).join('\n')}</dl>`;
}
