import type { ArgumentsCamelCase } from 'yargs';
import { type RawPictures, rawBytes } from '../../adapters/ffmpeg/pipe-video.ts';
import { KinemacolorError } from '../../errors.ts';

/** What must be known of raw pictures on standard input, which have no header. */
export const RAW_FLAGS = {
  'pixel-format': {
    type: 'string',
    requiresArg: true,
    describe: 'of raw pictures on standard input: gray, gray16le, yuv420p, yuv422p10le, rgb24 (needs --size)',
  },
  size: { type: 'string', requiresArg: true, describe: 'of raw pictures on standard input, in pixels: 512x512' },
} as const;

const SIZE = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/;

/**
 * The raw pictures that options describe; undefined without them: then it is y4m. `isPiped`: does standard input hold the source?
 * Throws `usage` where they are incomplete, no format or size that is known, or given with another source.
 */
export function rawPictures({ pixelFormat, size, fps }: ArgumentsCamelCase, isPiped: boolean): RawPictures | undefined {
  if (pixelFormat === undefined && size === undefined) return undefined;
  if (!isPiped || pixelFormat === undefined || size === undefined)
    throw new KinemacolorError(
      'usage',
      'Raw pictures come on standard input and need both --pixel-format and --size: "kinemacolor colorize - --pixel-format gray16le --size 512x512".',
    );
  const [, width, height] = SIZE.exec(String(size)) ?? [];
  if (width === undefined)
    throw new KinemacolorError('usage', `Expected a size in pixels such as 512x512 (--size), received "${size}".`);
  const raw = { pixelFormat: String(pixelFormat), width: Number(width), height: Number(height) };
  if (rawBytes(raw) === undefined)
    throw new KinemacolorError(
      'usage',
      `Expected a pixel format such as gray, gray16le, yuv420p, yuv422p10le or rgb24 (--pixel-format), received "${pixelFormat}"; convert the pictures first.`,
    );
  return { ...raw, rate: (fps as string | undefined) ?? '24' };
}
