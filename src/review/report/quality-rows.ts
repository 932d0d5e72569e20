import { basename } from 'node:path';
import type { QualityReport, ShotQuality } from '../../pipeline/measure/quality-report.ts';
import { shortNumber } from './plot.ts';

/** One figure of a film: what it is, its value, and what stands beside it to compare with. */
export interface QualityRow {
  readonly name: string;
  readonly value: string;
  readonly beside: string;
}

const figure = (value: number | undefined, unit = '') => (value === undefined ? '-' : `${shortNumber(value)}${unit}`);
const beside = (name: string, value: number | undefined) => (value === undefined ? [] : [`${name} ${figure(value)}`]);
const percent = (value: number | undefined) => (value === undefined ? '-' : `${(100 * value).toFixed(1)} %`);
const divergence = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(5));
/** Seconds as milliseconds. */
const milliseconds = (value: number) => `${(1000 * value).toFixed(3)} ms`;

/** The figures of the whole film, each in words. Rows that say nothing are left out. */
export function colorRows({ film, insideShots, truth, shots }: QualityReport): QualityRow[] {
  const several = shots.length > 1;
  const rows = [
    { name: 'Chroma flicker', value: figure(film.flicker), beside: beside('truth', film.flickerTruth) },
    { name: '  inside the picture', value: figure(film.flickerInside), beside: [] },
    {
      name: '  inside shots',
      value: several ? figure(insideShots.flicker) : '-',
      beside: beside('truth', insideShots.flickerTruth),
    },
    {
      name: 'Colour consistency (CDC)',
      value: divergence(film.cdc),
      beside: [`gray ${divergence(film.cdcLuma)}`, ...(truth ? [`truth ${divergence(film.cdcTruth)}`] : [])],
    },
    {
      name: '  inside shots',
      value: several ? divergence(insideShots.cdc) : '-',
      beside: [`gray ${divergence(insideShots.cdcLuma)}`, ...(truth ? [`truth ${divergence(insideShots.cdcTruth)}`] : [])],
    },
    { name: 'Colourfulness', value: figure(film.colorfulness), beside: beside('truth', film.colorfulnessTruth) },
    {
      name: 'PSNR',
      value: figure(film.psnr, ' dB'),
      beside: film.chromaPsnr ? [`chroma ${figure(film.chromaPsnr, ' dB')}`] : [],
    },
    {
      name: 'Keyframe hand-overs',
      value: film.handOvers ? figure(film.handOvers.jump) : '-',
      beside: film.handOvers
        ? [
            `usual step ${figure(film.handOvers.typical)}`,
            `largest ${figure(film.handOvers.worst.jump)} at frame ${film.handOvers.worst.frame}`,
          ]
        : [],
    },
    { name: 'Unseen by keyframes', value: percent(film.unseen), beside: [] },
    { name: 'Trust', value: figure(film.trust), beside: [] },
  ];
  return rows.filter(({ value }) => value !== '-').map(row => ({ ...row, beside: row.beside.join(', ') }));
}

/** Whether the film kept what is the source's. */
export function identityRows({ luma, timing, streams }: QualityReport): QualityRow[] {
  const rows: QualityRow[] = [];
  if (luma) {
    const value =
      luma.max === 0 ? 'the same, bit for bit' : `differs by ${figure(luma.max)} at most, ${figure(luma.mean)} on average`;
    rows.push({ name: 'Luma', value, beside: luma.max === 0 ? '' : `${luma.depth}-bit code values, ${luma.frames} frames` });
  }
  if (timing) {
    const { frames, largestDifference, astray, firstAstray, pictureToSound } = timing;
    const counted = frames.source === frames.result ? `${frames.result} frames` : `${frames.result} of ${frames.source} frames`;
    const off = astray > 0 ? `, ${astray} not at their time, the first is frame ${firstAstray}` : '';
    const sound = pictureToSound === undefined ? '' : `, against the sound ${milliseconds(Math.abs(pictureToSound))}`;
    const value = timing.same ? 'the same' : 'changed';
    rows.push({ name: 'Times', value, beside: `${counted}, within ${milliseconds(largestDifference)}${off}${sound}` });
  }
  for (const { index, kind, codec, packets, fate } of streams ?? []) {
    rows.push({
      name: `Stream ${index} (${kind}, ${codec})`,
      value: fate,
      beside: kind === 'attachment' ? '' : `${packets} packets`,
    });
  }
  return rows;
}

export const SHOT_COLUMNS = [
  'shot',
  'frames',
  'kind',
  'flicker',
  'CDC',
  'CDC gray',
  'colour',
  'PSNR',
  'jump / step',
  'unseen',
  'trust',
] as const;

/** One shot as the cells of SHOT_COLUMNS. */
export function shotCells(shot: ShotQuality): string[] {
  const { handOvers } = shot;
  return [
    String(shot.shot + 1),
    `${shot.start}..${shot.end - 1}`,
    shot.kind,
    figure(shot.flicker),
    divergence(shot.cdc),
    divergence(shot.cdcLuma),
    figure(shot.colorfulness),
    figure(shot.psnr),
    handOvers ? `${figure(handOvers.jump)} / ${figure(handOvers.typical)}` : '-',
    percent(shot.unseen),
    figure(shot.trust),
  ];
}

/** What was measured, in one line. */
export function measuredTitle({ result, source, truth, film }: QualityReport): string {
  const against = [source && `its source ${basename(source)}`, truth && `the truth ${basename(truth)}`].filter(Boolean);
  return `${basename(result)}: ${film.frames} frames${against.length > 0 ? `, against ${against.join(' and ')}` : ''}`;
}
