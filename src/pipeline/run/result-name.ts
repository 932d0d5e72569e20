import { parse } from 'node:path';
import { namesStill, stillKindOf } from '../../media/film/still.ts';
import type { Codec } from '../../options.ts';
import { containersOf } from '../../stages/encode/codecs.ts';

/** Where a film in colour goes by default, beside its source: `film.mkv` becomes `film.color.mkv`. */
export const defaultOutput = (film: string, codec: Codec): string => resultName(film, codec, '.color');

/**
 * A film's name with the extension of its result: its own where that container can be written and holds the codec, else `.mkv`,
 * which holds any stream. `label` stands in front of it: `film.avi` with `.color` becomes `film.color.mkv`.
 */
export function resultName(film: string, codec: Codec, label = ''): string {
  const { dir, name, ext } = parse(film);
  const containers: readonly string[] = containersOf(codec);
  const file = `${name}${label}${containers.includes(ext.slice(1).toLowerCase()) ? ext : '.mkv'}`;
  return dir === '' ? file : `${dir}/${file}`;
}

/** A picture's name with the extension of its result: `.png` for a format that is read alone. */
export function pictureResultName(picture: string): string {
  const { dir, name, ext } = parse(picture);
  if (stillKindOf(ext) || !namesStill(ext)) return picture;
  return dir === '' ? `${name}.png` : `${dir}/${name}.png`;
}
