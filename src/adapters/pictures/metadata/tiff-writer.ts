import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { KinemacolorError } from '../../../errors.ts';
import { longTag, shortTag, TAGS_HEADER, type Tag, tagBlock } from './tiff-tags.ts';

const compress = promisify(deflate);

/** What all pages have in common. */
export interface PageFormat {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly depth: 8 | 16;
  /** Further tags of the first page, which says what the file is. */
  readonly tags: readonly Tag[];
}

/** Offsets in a TIFF are numbers of 32 bit. */
const LARGEST = 2 ** 32 - 1;
const [DEFLATE, GRAY, RGB] = [8, 1, 2];
/** Where a header says where the first block is. */
const FIRST_LINK = 4;

/**
 * Write pages into one TIFF (little-endian, deflate). `pages`: interleaved samples, little-endian above 8 bit. The file must exist and is
 * replaced. Throws `usage` where it would exceed 4 GB.
 */
export async function writePages(path: string, pages: AsyncIterable<Buffer>, format: PageFormat): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(TAGS_HEADER);
    const state = { end: TAGS_HEADER.length, link: FIRST_LINK, first: true };
    for await (const page of pages) {
      const data = await compress(page);
      const at = state.end;
      const directory = at + data.length + (data.length % 2);
      const tags = [...layout(format, at, data.length), ...(state.first ? format.tags : [])];
      const block = tagBlock(tags, directory);
      state.end = directory + block.length;
      if (state.end > LARGEST)
        throw new KinemacolorError(
          'usage',
          'The result is larger than the 4 GB that a TIFF holds; write numbered pictures (c_%05d.tif) or a film (.mkv).',
        );
      await file.write(data, 0, data.length, at);
      await file.write(block, 0, block.length, directory);
      const pointer = Buffer.alloc(4);
      pointer.writeUInt32LE(directory);
      await file.write(pointer, 0, 4, state.link);
      state.link = directory + 2 + 12 * tags.length;
      state.first = false;
    }
  } finally {
    await file.close();
  }
}

/** The tags that say where a page's samples lie, and what they are. */
function layout({ width, height, channels, depth }: PageFormat, at: number, bytes: number): Tag[] {
  return [
    longTag(256, width),
    longTag(257, height),
    shortTag(258, ...Array.from({ length: channels }, () => depth)),
    shortTag(259, DEFLATE!),
    shortTag(262, channels === 1 ? GRAY! : RGB!),
    longTag(273, at),
    shortTag(277, channels),
    longTag(278, height),
    longTag(279, bytes),
    shortTag(284, 1),
  ];
}
