import type { Device } from '../../src/adapters/onnx/device.ts';
import type { ModelFigures } from './measure.ts';
import { BATCH, type timeDevices } from './milliseconds.ts';
import type { withoutModel } from './quality.ts';

export type ModelReport = ModelFigures & {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
  readonly device: Device;
  readonly milliseconds256: Awaited<ReturnType<typeof timeDevices>>;
};

export type Report = ReturnType<typeof withoutModel> & {
  readonly size: number;
  readonly pictures: number;
  readonly models: readonly ModelReport[];
};

/** Width of the first column and of the others, in letters. */
const NAME = 50;
const CELL = 14;
/** Letters of a file's hash that tell it from another. */
const HASH = 10;

/** The report for people: a row a figure, a column for gray, for the mean colour, and for every model. */
export function tableOf(report: Report): string {
  const { models, size, pictures } = report;
  const row = (name: string, gray: string, mean: string, of: (model: ModelReport) => string) =>
    name.padEnd(NAME) + [gray, mean, ...models.map(of)].map(cell => cell.padStart(CELL)).join('');
  const only = (name: string, of: (model: ModelReport) => string) => row(name, '', '', of);
  const [db, chroma] = [(value: number) => value.toFixed(2), (value: number) => value.toFixed(4)];
  const { colourfulnessTruth: truth, colourfulnessMeanColour: mean } = report;
  return [
    ...models.map(
      ({ id, version, sha256, device }, at) => `model ${at + 1}: ${id} ${version}, ${sha256.slice(0, HASH)}, on ${device}`,
    ),
    `${pictures} pictures that no model was trained on, ${size}x${size}; chroma counts from -0.5 to 0.5`,
    '',
    row('', 'gray', 'mean colour', model => `model ${models.indexOf(model) + 1}`),
    row('automatic: PSNR, dB', db(report.psnrGray), db(report.psnrMeanColour), model => db(model.psnr)),
    row(`automatic: colourfulness (truth ${truth.toFixed(1)})`, '0.0', mean.toFixed(1), model => model.colourfulness.toFixed(1)),
    row('automatic: its ratio to the truth', '0.00', (mean / truth).toFixed(2), model => model.colourfulnessRatio.toFixed(2)),
    only('ten hints of 5x5: PSNR, dB', model => db(model.psnrTenHints)),
    only('ten hints: gain over automatic, dB', model => db(model.gainOfHints)),
    only('ten hints: farthest off at a hint (law: 0.02)', model => chroma(Math.max(model.offAtHint, model.offAtEdgeHint))),
    only('hints beside an edge: share that crosses it', model => model.bleeding.toFixed(3)),
    only('  where there is no edge', model => model.bleedingNoEdge.toFixed(3)),
    only('20 % of the area missing: PSNR there, dB', model => db(model.psnrFilling)),
    only('change of chroma: moved 1..8 px', model => chroma(model.shift)),
    only('change of chroma: fresh grain', model => chroma(model.grain)),
    only('change of chroma: 10 % more light', model => chroma(model.light)),
    only('beside a mean chroma of', model => chroma(model.meanChroma)),
    ...(models.length === 2 ? relativeRows(models as [ModelReport, ModelReport], only) : []),
    ...models.flatMap((model, at) => timeRows(model, at + 1)),
  ].join('\n');
}

/** How much less steady the first model is than the second: as it is, and for as much colour. */
function relativeRows(
  [first, second]: readonly [ModelReport, ModelReport],
  only: (name: string, of: (model: ModelReport) => string) => string,
): string[] {
  const kinds = { shift: 'moved', grain: 'grain', light: 'light' } as const;
  return (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap(kind => {
    const as = (of: (model: ModelReport) => number) => (model: ModelReport) =>
      model === first ? (of(first) / of(second)).toFixed(2) : '1.00';
    return [
      only(
        `change (${kinds[kind]}) over model 2's`,
        as(model => model[kind]),
      ),
      only(
        `  each over its own mean chroma`,
        as(model => model[kind] / model.meanChroma),
      ),
    ];
  });
}

function timeRows({ milliseconds256 }: ModelReport, number: number): string[] {
  return milliseconds256.map(timing => {
    if ('absent' in timing) return `model ${number} on ${timing.device}: ${timing.absent}`;
    const { device, threads, wall, cpu, batched, load } = timing;
    const where = device === 'cpu' ? `cpu, ${threads} thread${threads === 1 ? '' : 's'}` : device;
    const inBatch = batched === undefined ? '' : `; ${batched.toFixed(2)} of that a picture where ${BATCH} go in one run`;
    return `model ${number} on ${where}: 256x256 in ${wall.toFixed(0)} ms, ${cpu.toFixed(0)} ms of CPU${inBatch} (medians; load ${load.toFixed(1)})`;
  });
}
