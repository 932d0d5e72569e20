import type { Film } from '../../media/film/film.ts';
import type { Matrix } from '../../media/film/frame.ts';

/** ffmpeg's names of the matrices. BT.601 has two; the source's own name is kept. */
const SPACE: Record<Matrix, readonly string[]> = {
  bt601: ['smpte170m', 'bt470bg'],
  bt709: ['bt709'],
  bt2020: ['bt2020nc'],
};

/** Transfer functions that ffprobe prints under names that ffmpeg's options do not accept. */
const TRANSFER: Readonly<Record<string, string>> = { bt470m: 'gamma22', bt470bg: 'gamma28' };

/**
 * ffmpeg options for the film's colour tags: matrix of the chroma, range, primaries and transfer. A film without any tags is
 * tagged BT.709 throughout; one with some keeps the others unset.
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
