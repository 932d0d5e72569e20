import type { Film } from '../../media/film/film.ts';
import type { Matrix } from '../../media/film/frame.ts';

/** What ffmpeg calls the matrices we write. BT.601's has two names; the source's own is kept where it has one. */
const SPACE: Record<Matrix, readonly string[]> = {
  bt601: ['smpte170m', 'bt470bg'],
  bt709: ['bt709'],
  bt2020: ['bt2020nc'],
};

/** ffprobe prints these transfer functions under names that ffmpeg's options do not take. */
const TRANSFER: Readonly<Record<string, string>> = { bt470m: 'gamma22', bt470bg: 'gamma28' };

/**
 * ffmpeg's options that tag pictures with the film's colour: the matrix our chroma is made for, the film's range, and its primaries and
 * transfer. A film that says nothing of its colour is BT.709 in all; one that says something keeps its silence on the rest.
 */
export function tagArgs({ tags, format }: Film): string[] {
  const names = SPACE[format.matrix];
  const space = tags.space !== undefined && names.includes(tags.space) ? tags.space : names[0]!;
  const silent = tags.space === undefined && tags.primaries === undefined && tags.transfer === undefined;
  const plain = silent && format.matrix === 'bt709' ? 'bt709' : undefined;
  const primaries = tags.primaries ?? plain;
  const transfer = tags.transfer ?? plain;
  return [
    ...['-colorspace', space, '-color_range', format.range === 'full' ? 'pc' : 'tv'],
    ...(primaries === undefined ? [] : ['-color_primaries', primaries]),
    ...(transfer === undefined ? [] : ['-color_trc', TRANSFER[transfer] ?? transfer]),
  ];
}
