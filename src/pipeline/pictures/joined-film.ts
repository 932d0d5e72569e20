import { dirname, extname, resolve } from 'node:path';
import { type Ffmpeg, locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { findSequence, joinSequence, type PictureSequence } from '../../adapters/ffmpeg/picture-sequence.ts';
import { saveRawVideo } from '../../adapters/ffmpeg/pipe-video.ts';
import { contentState, sizeOf } from '../../adapters/files/file-facts.ts';
import { removePaths } from '../../adapters/files/folders.ts';
import { createPart } from '../../adapters/files/parts.ts';
import { commitPart } from '../../adapters/files/save-file.ts';
import { openStack, type PageStack, pageSamples } from '../../adapters/pictures/tiff-pages.ts';
import { KinemacolorError } from '../../errors.ts';
import { stillKindOf } from '../../media/film/still.ts';
import { sha256 } from '../../media/plan/plan.ts';
import type { OnProgress } from '../../progress.ts';
import { fingerprintOfJoined, joinedStatement } from '../../stages/remux/provenance.ts';
import { writing } from '../../system-errors.ts';
import { checkRate } from '../run/check-rate.ts';

/** Pictures that are the frames of one film: numbered files, or the pages of a TIFF. */
export type FilmPictures =
  | ({ readonly kind: 'sequence' } & PictureSequence)
  | ({ readonly kind: 'stack'; readonly numbers: readonly number[] } & PageStack);

/** How pictures become a film. */
export interface JoinPicturesOptions {
  /** Frames a second, `16` or `24000/1001`; default: 24. */
  readonly rate?: string | undefined;
  /** A file whose sound is laid beside the pictures. */
  readonly audio?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** The pictures of a source: a TIFF of several pages, a folder, `scan_%05d.tif` or `scan_*.tif`. Throws `source` where there are none. */
export async function findPictures(source: string): Promise<FilmPictures> {
  if ((await sizeOf(source)) === undefined || stillKindOf(extname(source)) !== 'tiff')
    return { kind: 'sequence', ...(await findSequence(source)) };
  const stack = await openStack(resolve(source));
  return { kind: 'stack', numbers: Array.from({ length: stack.pages }, (_, page) => page), ...stack };
}

/** Frames a second of pictures for which nothing is said. */
export const DEFAULT_RATE = '24';

/** The files that pictures, and the sound beside them, are read from. */
export const filesOf = (pictures: FilmPictures, audio: string | undefined): readonly string[] => [
  ...(pictures.kind === 'stack' ? [pictures.path] : pictures.paths),
  ...(audio === undefined ? [] : [audio]),
];

/**
 * Join pictures into a film without loss, unless that was done already, of the same pictures. Each picture is a frame; missing numbers
 * are reported, and the frame before them is held for their time. Throws `source` where a picture cannot be used, `output` where another
 * file has the film's name.
 */
export async function joinPictures(pictures: FilmPictures, film: string, options: JoinPicturesOptions = {}): Promise<void> {
  const { rate = DEFAULT_RATE, audio, signal, onProgress } = options;
  checkRate(rate);
  if (pictures.kind === 'sequence' && pictures.gaps.length > 0) onProgress?.({ type: 'warning', message: gapRemark(pictures) });
  const ffmpeg = await locateFfmpeg();
  const states = await Promise.all(filesOf(pictures, audio).map(contentState));
  if (audio !== undefined && states.at(-1) === undefined)
    throw new KinemacolorError('source', `Expected sound at ${audio} (--audio), but there is no such file.`);
  const fingerprint = sha256([rate, ...states].join('\n'));
  const exists = (await sizeOf(film)) !== undefined;
  const found = exists ? await fingerprintOfJoined(film, ffmpeg) : undefined;
  if (found === fingerprint) return;
  if (exists && found === undefined)
    throw new KinemacolorError('output', `${film} exists and was not made by Kinemacolor; move it, or choose another --output.`);
  const part = await writing(film, () => createPart(dirname(film)));
  try {
    await join(pictures, { rate, audio, comment: joinedStatement(fingerprint), output: part, signal }, ffmpeg);
    await commitPart(part, film);
  } finally {
    await removePaths(part);
  }
}

type Joining = Parameters<typeof joinSequence>[1];

async function join(pictures: FilmPictures, job: Joining, ffmpeg: Ffmpeg): Promise<void> {
  if (pictures.kind === 'sequence') return joinSequence(pictures, job, ffmpeg);
  const { width, height, channels, depth } = pictures;
  const pixelFormat = channels === 1 ? (depth === 16 ? 'gray16le' : 'gray') : depth === 16 ? 'rgb48le' : 'rgb24';
  const { rate, output, ...target } = job;
  await saveRawVideo(pageSamples(pictures), { pixelFormat, width, height, rate }, { ...target, path: output }, ffmpeg);
}

/** Gaps that are listed. */
const LISTED = 5;

function gapRemark({ source, gaps }: PictureSequence): string {
  const count = gaps.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const listed = gaps.slice(0, LISTED).map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
  const more = gaps.length > LISTED ? ` and ${gaps.length - LISTED} more gaps` : '';
  return `${source} lacks ${count} picture${count === 1 ? '' : 's'} (${listed.join(', ')}${more}); the frame before each gap is held for its time, so that sound stays in step.`;
}
