/**
 * What a reference does: node dist/bench/reference.js CLIP... where each clip is in colour. Its frame LATER frames after the first (default 70)
 * is coloured by the bundled model, alone and with the first frame, in its true colour, as reference. Prints PSNR of Cb and Cr (8-bit codes) of
 * both, and milliseconds of the whole.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openColorizer } from '../src/adapters/colorizer/onnx-colorizer.ts';
import { resolveModel } from '../src/adapters/models/model-store.ts';
import { readPicture, writeKeyframePicture } from '../src/adapters/pictures/picture-file.ts';
import { ycbcrToRgb8 } from '../src/kernels/color/color.ts';
import { resizeArea } from '../src/kernels/filters/resample.ts';
import type { Film } from '../src/media/film/film.ts';
import type { PictureFormat } from '../src/media/film/frame.ts';
import type { ColorSource } from '../src/media/plan/keyframe.ts';
import { colorKeyframe } from '../src/stages/keyframes/key-color.ts';
import { workingGrid } from '../src/stages/propagate/working-grid.ts';
import { readYuv, type YuvClip, type YuvFrame } from './read-yuv.ts';

const LATER = Number(process.env.LATER ?? 70);
const folder = await mkdtemp(join(tmpdir(), 'reference-'));
const colorizer = await openColorizer({ ...(await resolveModel('kinemacolor-base')), device: 'cpu' });
const gains: number[] = [];

function formatOf({ width, height }: YuvClip): PictureFormat {
  const matrix = height >= 720 ? 'bt709' : 'bt601';
  return { width, height, depth: 8, range: 'limited', matrix, timebase: { num: 1, den: 24 } };
}

/** The true first frame as a picture. */
async function writeReference(clip: YuvClip): Promise<ColorSource> {
  const { width, height } = clip;
  const { luma, cb, cr } = clip.frames[0]!;
  const half = { width: width / 2, height: height / 2 };
  const picture = { luma: { width, height, data: luma }, cb: { ...half, data: cb }, cr: { ...half, data: cr } };
  const path = join(folder, 'reference.png');
  await writeKeyframePicture(path, ycbcrToRgb8(picture, formatOf(clip)), width, height);
  return { kind: 'reference', path, sha256: (await readPicture(path)).sha256 };
}

async function psnr(clip: YuvClip, truth: YuvFrame, source: ColorSource): Promise<number> {
  const format = formatOf(clip);
  const { width, height } = clip;
  const grid = workingGrid(width, height);
  const frame = { index: 0, ticks: 0, luma: { width, height, data: truth.luma } };
  const color = await colorKeyframe(frame, source, { film: { format } as Film, grid, colorizer });
  let sum = 0;
  for (const plane of ['cb', 'cr'] as const) {
    const { data } = resizeArea({ ...grid, data: color[plane] }, width / 2, height / 2);
    for (let i = 0; i < data.length; i++) sum += (128 + 224 * data[i]! - truth[plane][i]!) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / (sum / (2 * truth.cb.length)));
}

for (const path of process.argv.slice(2)) {
  const clip = readYuv(path);
  const truth = clip.frames[Math.min(LATER, clip.frames.length - 1)]!;
  const reference = await writeReference(clip);
  const alone = await psnr(clip, truth, { kind: 'model' });
  const started = performance.now();
  const like = await psnr(clip, truth, reference);
  gains.push(like - alone);
  const took = (performance.now() - started).toFixed(0);
  console.log(`${basename(path).padEnd(28)} ${alone.toFixed(2)} dB, like the reference ${like.toFixed(2)} dB (${took} ms)`);
}
console.log(`${(gains.reduce((sum, gain) => sum + gain, 0) / gains.length).toFixed(2)} dB more in the mean`);
await colorizer.close();
await rm(folder, { recursive: true });
