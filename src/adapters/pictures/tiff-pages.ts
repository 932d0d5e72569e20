import { KinemacolorError } from '../../errors.ts';
import { pictureKind } from '../files/file-kind.ts';
import { tiffTags } from './metadata/embed-metadata.ts';
import { noteMetadata } from './metadata/still-metadata.ts';
import { writePages } from './metadata/tiff-writer.ts';
import type { SyntheticNote } from './metadata/xmp-note.ts';
import { openSharp } from './open-sharp.ts';

/** A TIFF of several pages of one size: a stack of slices, or scans of one series. */
export interface PageStack {
  readonly path: string;
  readonly pages: number;
  readonly width: number;
  readonly height: number;
  /** One sample per pixel, or red, green and blue. */
  readonly channels: 1 | 3;
  readonly depth: 8 | 16;
}

/** A page is read when it is due, so the limit is that of one picture: 16383 x 16383. */
const LIMITS = { failOn: 'error', limitInputPixels: 0x3fff ** 2 } as const;

const refused = (path: string, why: string, cause?: unknown) =>
  new KinemacolorError('source', `The stack ${path} cannot be used: ${why}.`, { cause });

/** What a file of several pictures is: pages of a TIFF are a stack, a GIF that moves is a film. Undefined for any other file. */
export async function seriesKind(path: string): Promise<'stack' | 'animation' | undefined> {
  const kind = await pictureKind(path);
  if ((kind !== 'tiff' && kind !== 'gif') || (await pageCount(path)) === 1) return undefined;
  return kind === 'tiff' ? 'stack' : 'animation';
}

/** 1 where the header cannot be read. */
async function pageCount(path: string): Promise<number> {
  const sharp = await openSharp();
  const header = await sharp(path, LIMITS)
    .metadata()
    .catch(() => undefined);
  return header?.pages ?? 1;
}

/** The pages of a TIFF. Throws `source` where its first page is neither gray nor colour of 8 or 16 bit. */
export async function openStack(path: string): Promise<PageStack> {
  const sharp = await openSharp();
  const {
    width,
    height,
    pages = 1,
    depth,
    channels,
    hasAlpha,
  } = await sharp(path, LIMITS)
    .metadata()
    .catch(cause => {
      throw refused(path, (cause as Error).message.split('\n')[0]!, cause);
    });
  const colors = channels - (hasAlpha ? 1 : 0);
  if (depth !== 'uchar' && depth !== 'ushort')
    throw refused(path, `its samples are of type "${depth}", expected whole numbers of 8 or 16 bit; convert it first`);
  if (colors !== 1 && colors !== 3)
    throw refused(path, `its pages have ${channels} channels, expected gray or colour; export one channel as gray`);
  return { path, pages, width, height, channels: colors, depth: depth === 'uchar' ? 8 : 16 };
}

/** The samples of each page in order, interleaved, little-endian above 8 bit. Throws `source` for a page that differs or is damaged. */
export async function* pageSamples(stack: PageStack): AsyncGenerator<Buffer> {
  const { path, pages, width, height, channels, depth } = stack;
  const sharp = await openSharp();
  const wide = depth === 16;
  const space = channels === 1 ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb';
  for (let page = 0; page < pages; page++) {
    const header = await sharp(path, { ...LIMITS, page })
      .metadata()
      .catch(cause => {
        throw refused(path, `page ${page + 1} of ${pages} cannot be read (${(cause as Error).message.split('\n')[0]})`, cause);
      });
    if (header.width !== width || header.height !== height || (header.depth === 'ushort') !== wide)
      throw refused(
        path,
        `page ${page + 1} is ${header.width}x${header.height} (${header.depth}), and page 1 is ${width}x${height}; save those that belong together in a file of their own`,
      );
    const image = sharp(path, { ...LIMITS, page, ignoreIcc: true })
      .removeAlpha()
      .toColourspace(space);
    yield await image
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer()
      .catch(cause => {
        throw refused(path, `page ${page + 1} of ${pages} is damaged (${(cause as Error).message.split('\n')[0]})`, cause);
      });
  }
}

/** Write TIFFs of one page as the pages of one, with a note that their colour is synthetic. The file must exist and is replaced. */
export async function joinPages(paths: readonly string[], output: string, note: SyntheticNote | undefined): Promise<void> {
  const first = await openStack(paths[0]!);
  const tags = note ? tiffTags(noteMetadata(note)) : [];
  async function* pages(): AsyncGenerator<Buffer> {
    for (const path of paths) yield* pageSamples(await openStack(path));
  }
  await writePages(output, pages(), { ...first, tags });
}
