import { readdir, symlink } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { KinemacolorError } from '../../errors.ts';
import { writing } from '../../system-errors.ts';
import { isFolder, removePaths } from '../files/folders.ts';
import { linkOrCopy } from '../files/link-or-copy.ts';
import { createPartFolder } from '../files/parts.ts';
import { type Ffmpeg, filmUrl, spawnFfmpeg } from './ffmpeg.ts';
import { LOSSLESS, soundBeside } from './pipe-video.ts';

/** Numbered pictures that are the frames of one film. */
export interface PictureSequence {
  /** What was given: a folder, `scan_%05d.tif` or `scan_*.tif`. */
  readonly source: string;
  /** Absolute, in order of their numbers. */
  readonly paths: readonly string[];
  /** Their numbers, rising. */
  readonly numbers: readonly number[];
  /** Runs of numbers that are missing between the first and the last. */
  readonly gaps: readonly { readonly first: number; readonly last: number }[];
}

/** Kinds of pictures that ffmpeg reads as frames. */
const FRAME_ENDINGS = new Set('.tif .tiff .png .dpx .exr .jpg .jpeg .jp2 .j2k .bmp .tga .pgm .ppm .webp'.split(' '));
/** `scan_%05d.tif`, as ffmpeg and graders name sequences. */
const PRINTF = /%0?\d*d/;
/** The last number in a name, without its extension. */
const NUMBER = /^(.*?)(\d+)(\D*)$/;

/** Does the path name numbered pictures by a printf pattern? */
export const isPrintfPattern = (path: string): boolean => PRINTF.test(basename(path));

/** Does the text stand for several files: a printf pattern, or a glob? */
export const namesSeveral = (source: string): boolean => isPrintfPattern(source) || isDynamicPattern(source);

/**
 * The numbered pictures that a folder, a printf pattern or a glob names. Throws `source` where there are none, or several sequences.
 */
export async function findSequence(source: string): Promise<PictureSequence> {
  const found = (await namedPaths(source)).filter(path => FRAME_ENDINGS.has(extname(path).toLowerCase()));
  const frames = found.flatMap(path => {
    const ending = extname(path);
    const [, before, digits, after] = NUMBER.exec(basename(path, ending)) ?? [];
    return digits === undefined ? [] : [{ path, number: Number(digits), name: `${before}#${after}${ending}` }];
  });
  if (frames.length === 0)
    throw new KinemacolorError(
      'source',
      `Expected numbered pictures (scan_00001.tif, ...) at ${source}, found none; give a folder of them or a pattern.`,
    );
  const names = [...new Set(frames.map(({ name }) => name))];
  if (names.length > 1)
    throw new KinemacolorError(
      'source',
      `Expected one sequence of pictures at ${source}, found ${names.length} (${names.slice(0, 3).join(', ')}); name one by a pattern.`,
    );
  frames.sort((a, b) => a.number - b.number);
  const numbers = frames.map(({ number }) => number);
  const gaps = numbers.slice(1).flatMap((number, i) => {
    const before = numbers[i]!;
    return number - before > 1 ? [{ first: before + 1, last: number - 1 }] : [];
  });
  return { source, paths: frames.map(({ path }) => path), numbers, gaps };
}

/** Is a name one of those that a printf pattern stands for? */
export function numbered(pattern: string, name: string): boolean {
  const [before = '', after = ''] = pattern.split(PRINTF);
  return name.startsWith(before) && name.endsWith(after) && /^\d+$/.test(name.slice(before.length, name.length - after.length));
}

async function namedPaths(source: string): Promise<string[]> {
  if (await isFolder(source)) return (await readdir(source)).map(name => resolve(source, name));
  if (isDynamicPattern(source)) return glob(source, { absolute: true, onlyFiles: true, expandDirectories: false });
  const names = await readdir(dirname(source)).catch(() => []);
  return names.filter(name => numbered(basename(source), name)).map(name => resolve(dirname(source), name));
}

export interface SequenceJob {
  /** Frames a second, as ffmpeg takes it: `24`, `24000/1001`. */
  readonly rate: string;
  /** A file whose first sound is laid beside the pictures, copied. */
  readonly audio?: string | undefined;
  /** For the film's comment. */
  readonly comment: string;
  /** Path of the Matroska file to write. */
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
}

/** EXR holds linear light, which is brought to the curve of sRGB, at 16 bit. */
const EXR = { input: ['-apply_trc', 'iec61966_2_1'], output: ['-pix_fmt', 'gbrp16le'] };

/**
 * Join a sequence into a film without loss: FFV1 at the pictures' own depth, one frame for each picture, at the time that its number
 * gives it, so that the frame before a gap is held for it. Throws `source`, with ffmpeg's reason, where a picture cannot be read.
 */
export async function joinSequence(sequence: PictureSequence, job: SequenceJob, ffmpeg: Ffmpeg): Promise<void> {
  const { source, paths } = sequence;
  const { rate, audio, comment, output, signal } = job;
  const ending = extname(paths[0]!).toLowerCase();
  const links = await writing(output, () => createPartFolder(dirname(output)));
  const exr = ending === '.exr' ? EXR : { input: [], output: [] };
  try {
    for (const [i, path] of paths.entries()) await linked(path, join(links, `${String(i).padStart(9, '0')}${ending}`));
    const pictures = ['-f', 'image2', ...exr.input, '-framerate', rate, '-i', filmUrl(join(links, `%09d${ending}`))];
    const sound = soundBeside(audio);
    const streams = [...sound.input, '-map', '0:v', ...sound.maps];
    const coding = [...timesOf(sequence), ...LOSSLESS, ...exr.output, ...ffmpeg.passthrough];
    const args = ['-v', 'error', '-xerror', ...pictures, ...streams, ...coding, '-metadata', `comment=${comment}`];
    const child = spawnFfmpeg(ffmpeg, [...args, '-y', '-f', 'matroska', filmUrl(output)], { signal });
    const end = await child.outcome;
    await (end.code === 0 || end.signal !== null ? child.exited : undefined);
    if (end.code === 0) return;
    const reason = end.lastLines.slice(-2).join('; ').replaceAll(`${links}/`, '');
    throw new KinemacolorError(
      'source',
      `The pictures of ${source} cannot be joined into a film: ${
        reason ||
        `ffmpeg ${ffmpeg.version} cannot read them and does not say why. Install a newer one, or save them without compression`
      }.`,
    );
  } finally {
    await removePaths(links);
  }
}

/** The time of each frame by its picture's number, where numbers are missing. */
function timesOf({ numbers, gaps }: PictureSequence): string[] {
  if (gaps.length === 0) return [];
  const places = new Map(numbers.map((number, place) => [number, place]));
  const held = gaps.map(({ first, last }) => `gte(N\\,${places.get(last + 1)})*${last - first + 1}`);
  return ['-vf', `setpts=(N+${held.join('+')})/(FRAME_RATE*TB)`];
}

/** A link, so that the frames have numbers without gaps; a copy only where no link can be made. */
async function linked(path: string, link: string): Promise<void> {
  await symlink(path, link).catch(() => linkOrCopy(path, link));
}
