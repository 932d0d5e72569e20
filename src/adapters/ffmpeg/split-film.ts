import { pipeline } from 'node:stream/promises';
import type { IntegerSamples } from '../../media/fields/plane.ts';
import type { Matrix, Range } from '../../media/film/frame.ts';
import { type Ffmpeg, filmUrl, spawnFfmpeg } from './ffmpeg.ts';

/** Kinds of pictures that a film can be split into. */
export type FrameKind = 'tif' | 'png' | 'dpx' | 'exr';

/** ffmpeg's encoder and pixel format for each kind, by bits per sample of the film. */
const FORMATS: Record<FrameKind, { readonly encoder: string; pixelFormat(depth: number): string }> = {
  tif: { encoder: 'tiff', pixelFormat: depth => (depth > 8 ? 'rgb48le' : 'rgb24') },
  png: { encoder: 'png', pixelFormat: depth => (depth > 8 ? 'rgb48be' : 'rgb24') },
  dpx: {
    encoder: 'dpx',
    pixelFormat: depth => (depth === 8 ? 'rgb24' : depth <= 10 ? 'gbrp10le' : depth <= 12 ? 'gbrp12le' : 'rgb48be'),
  },
  exr: { encoder: 'exr', pixelFormat: () => 'gbrpf32le' },
};

/** ffmpeg's encoder of a kind of picture. */
export const frameEncoder = (kind: FrameKind): string => FORMATS[kind].encoder;

export interface SplitJob {
  /** The film. */
  readonly path: string;
  readonly kind: FrameKind;
  readonly depth: number;
  readonly matrix: Matrix;
  readonly range: Range;
  /** Folder that gets `000000000.tif` and so on, one picture for each frame. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/** Split a film into one RGB picture for each frame, at its depth. EXR gets linear light. Rejects as `process`. */
export async function splitFilm({ path, kind, depth, folder, signal, ...color }: SplitJob, ffmpeg: Ffmpeg): Promise<void> {
  const pixelFormat = FORMATS[kind].pixelFormat(depth);
  const filter = kind === 'exr' ? linearLight(color) : gammaCoded(color);
  const output = ['-vf', `${filter},format=${pixelFormat}`, ...ffmpeg.passthrough, '-start_number', '0', '-f', 'image2'];
  const pictures = filmUrl(`${folder}/%09d.${kind}`);
  await spawnFfmpeg(ffmpeg, ['-v', 'error', '-xerror', '-i', filmUrl(path), '-map', '0:v:0', ...output, pictures], { signal })
    .exited;
}

export interface RgbFramesJob extends Pick<SplitJob, 'kind' | 'folder' | 'signal'> {
  readonly width: number;
  readonly height: number;
  /** Of the frames' samples. */
  readonly depth: 8 | 16;
}

/** Write RGB frames (interleaved, full range) as pictures, named as by `splitFilm`. A frame may be overwritten once the next is asked for. */
export async function writeRgbFrames(
  frames: AsyncIterable<IntegerSamples>,
  { kind, folder, width, height, depth, signal }: RgbFramesJob,
  ffmpeg: Ffmpeg,
): Promise<void> {
  const pixelFormat = depth === 8 ? 'rgb24' : 'rgb48le';
  const input = ['-f', 'rawvideo', '-pix_fmt', pixelFormat, '-video_size', `${width}x${height}`, '-i', 'pipe:0'];
  const filter = kind === 'exr' ? `format=gbrpf32le,${ZSCALE_LINEAR}` : `format=${FORMATS[kind].pixelFormat(depth)}`;
  const pictures = [...ffmpeg.passthrough, '-start_number', '0', '-f', 'image2', filmUrl(`${folder}/%09d.${kind}`)];
  const child = spawnFfmpeg(ffmpeg, ['-v', 'error', '-xerror', ...input, '-vf', filter, ...pictures], { stdin: 'pipe', signal });
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const { buffer, byteOffset, byteLength } of frames)
      yield Buffer.from(new Uint8Array(buffer, byteOffset, byteLength));
  }
  await pipeline(bytes, child.stdin).catch(() => undefined); // `exited` rejects, with ffmpeg's reason
  await child.exited;
}

type Color = Pick<SplitJob, 'matrix' | 'range'>;

function gammaCoded({ matrix, range }: Color): string {
  return `scale=in_color_matrix=${matrix}:in_range=${range}:out_range=full:flags=lanczos+accurate_rnd+full_chroma_int`;
}

const ZSCALE_MATRIX: Record<Matrix, string> = { bt601: '170m', bt709: '709', bt2020: '2020_ncl' };

/** From the curve of sRGB to linear light. */
const ZSCALE_LINEAR = 'zscale=m=gbr:min=gbr:r=full:rin=full:tin=iec61966-2-1:t=linear:pin=709:p=709,format=gbrpf32le';

function linearLight({ matrix, range }: Color): string {
  const input = `min=${ZSCALE_MATRIX[matrix]}:rin=${range}:tin=iec61966-2-1:pin=709`;
  return `zscale=${input}:m=gbr:r=full:t=linear:p=709,format=gbrpf32le`;
}
