import { join, parse } from 'node:path';
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

/**
 * Where a picture in colour, or a stack's pages, go by default: `photo.jpg` becomes `photo.color.jpg`. A name without a picture's
 * extension gets `ending`, that of its content.
 */
export function defaultPictureOutput(source: string, ending: string): string {
  const { dir, name, ext } = parse(source);
  return join(dir, `${name}.color${stillKindOf(ext) ? ext : ending}`);
}

/** A picture's name with the extension of its result: `.png` for a format that is read alone. */
export function pictureResultName(picture: string): string {
  const { dir, name, ext } = parse(picture);
  if (stillKindOf(ext) || !namesStill(ext)) return picture;
  return dir === '' ? `${name}.png` : `${dir}/${name}.png`;
}
