import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startReview, type TestServer } from '../harness/review-server.ts';
import { readPicture } from '../src/adapters/pictures/picture-file.ts';
import { lumaWeights, rgbToChroma } from '../src/kernels/color/color.ts';
import { resizeArea } from '../src/kernels/filters/resample.ts';
import type { Plane } from '../src/media/fields/plane.ts';
import { measureVideo } from '../src/pipeline/measure/measure-film.ts';
import type { ProjectView } from '../src/review/contract.ts';
import { addressOf } from '../src/review/routes.ts';
import { RADIUS, worstPlace } from './hints/worst-place.ts';
import { readYuv, type YuvClip, type YuvFrame } from './read-yuv.ts';

/**
 * What five hints do: node dist/bench/hints.js CLIP... where each clip is in colour. Its first FRAMES frames (default 48) are made
 * gray and coloured automatically. Then hints are put on the first frame (ON=shot: on any keyframe) over the review server's HTTP
 * interface as a person puts them: where a picture is most wrong over a region, in the true colour of that place, one after the
 * other, each time looking at the pictures anew. The film is rendered with them. Prints PSNR of Cb and Cr (8-bit codes, 4:2:0)
 * over all frames before and after, what the keyframes' pictures gain, and flicker before and after, beside the truth's.
 */
const FRAMES = Number(process.env.FRAMES ?? 48);
const ON_SHOT = process.env.ON === 'shot';
const HINTS = 5;
interface Hint {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly radius: number;
}

/** Cb and Cr in 8-bit codes, half the picture's size. */
type Chroma = Pick<YuvFrame, 'cb' | 'cr'> | { readonly cb: Float32Array; readonly cr: Float32Array };

function psnr(pictures: readonly Chroma[], truth: readonly Chroma[]): number {
  let [sum, count] = [0, 0];
  for (const [at, right] of truth.entries())
    for (const plane of ['cb', 'cr'] as const) {
      const one = pictures[at]![plane];
      for (let i = 0; i < one.length; i++) sum += (one[i]! - right[plane][i]!) ** 2;
      count += one.length;
    }
  return 10 * Math.log10(255 ** 2 / Math.max(1e-9, sum / count));
}

/** A hint in the truth's colour, where a person would put it on a frame; and how wrong the picture is there. */
function nextHint(
  picture: Chroma,
  right: YuvFrame,
  { width, height }: YuvClip,
  tried: readonly Hint[],
): { hint: Hint; error: number } | undefined {
  const half = { width: width / 2, height: height / 2 };
  const worst = worstPlace(picture, right, half, tried);
  if (!worst) return undefined;
  const { x, y, cells, error } = worst;
  const mean = (of: (cell: number) => number) => cells.reduce((sum, cell) => sum + of(cell), 0) / cells.length;
  const luma = mean(at => right.luma[2 * (Math.floor(at / half.width) * width + (at % half.width))]!);
  const color = colorWord(
    luma,
    mean(at => right.cb[at]!),
    mean(at => right.cr[at]!),
    height,
  );
  return { hint: { x, y, color, radius: RADIUS }, error };
}

/** Limited-range Y'CbCr as #rrggbb, in an untagged film's matrix. Luma is moved to where no colour is clipped. */
function colorWord(y: number, cb: number, cr: number, height: number): string {
  const { red: kr, blue: kb } = lumaWeights(matrixOf(height));
  const [u, v] = [((cb - 128) * 255) / 224, ((cr - 128) * 255) / 224];
  const [r, b] = [2 * (1 - kr) * v, 2 * (1 - kb) * u];
  const offsets = [r, -(kr * r + kb * b) / (1 - kr - kb), b];
  const gray = Math.min(255 - Math.max(...offsets), Math.max(-Math.min(...offsets), ((y - 16) * 255) / 219));
  return `#${offsets
    .map(part =>
      Math.min(255, Math.max(0, Math.round(gray + part)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** That of an untagged film of this height. */
const matrixOf = (height: number) => (height >= 720 ? 'bt709' : 'bt601');

async function rendered(server: TestServer): Promise<void> {
  const end = await server.render();
  if (end.startsWith('failed')) throw new Error(end);
}

/** A keyframe as the page shows it: with its hints, before the shot is rendered. */
async function pictureOf(index: number, server: TestServer, folder: string, { width, height }: YuvClip): Promise<Chroma> {
  const { shots }: ProjectView = await server.api('project');
  const { planned } = shots.findLast(({ start }) => start <= index)!;
  const answer = await server.ask(addressOf('keyframe', { index }, { of: planned, width }));
  if (answer.status !== 200) throw new Error(`The picture of frame ${index}: ${answer.status}`);
  const path = join(folder, 'keyframe.jpg');
  writeFileSync(path, new Uint8Array(await answer.arrayBuffer()));
  const { rgb, ...size } = await readPicture(path);
  const chroma = rgbToChroma(rgb, size.width, size.height, { matrix: matrixOf(height), depth: 8 });
  const codes = (plane: Plane<Float32Array>) => resizeArea(plane, width / 2, height / 2).data.map(value => 128 + 224 * value);
  return { cb: codes(chroma.cb), cr: codes(chroma.cr) };
}

/** Puts hints on keyframes. The gain of their pictures in dB, and how many hints there are. */
async function putHints(server: TestServer, folder: string, truth: YuvClip): Promise<{ gain: number; count: number }> {
  const { shots }: ProjectView = await server.api('project');
  const all = shots.flatMap(({ keyframes }) => keyframes.map(({ index }) => index));
  const keyframes = ON_SHOT ? all : all.slice(0, 1);
  const right = keyframes.map(index => truth.frames[index]!);
  const look = async () => {
    const pictures: Chroma[] = [];
    for (const index of keyframes) pictures.push(await pictureOf(index, server, folder, truth));
    return pictures;
  };
  let pictures = await look();
  const before = psnr(pictures, right);
  const hints: { index: number; hint: Hint }[] = [];
  while (hints.length < HINTS) {
    const candidates = keyframes.flatMap((index, place) => {
      const tried = hints.filter(one => one.index === index).map(({ hint }) => hint);
      const next = nextHint(pictures[place]!, right[place]!, truth, tried);
      return next ? [{ ...next, index }] : [];
    });
    const [worst] = candidates.sort((a, b) => b.error - a.error);
    if (!worst) break;
    const { index, hint } = worst;
    hints.push({ index, hint });
    const response = await server.edit({ kind: 'hint-add', index, hint });
    if (!response.ok) throw new Error(await response.text());
    pictures = await look();
  }
  return { gain: psnr(pictures, right) - before, count: hints.length };
}

/** PSNR of all frames, and flicker of the film and of the truth in 8-bit codes. */
async function qualityOf(film: string, truth: string, frames: readonly YuvFrame[]) {
  const { insideShots } = await measureVideo(film, { truth });
  return { psnr: psnr(readYuv(film).frames, frames), flicker: insideShots.flicker, flickerTruth: insideShots.flickerTruth };
}

async function measure(path: string, folder: string): Promise<number> {
  const [truthPath, film, output] = ['truth.mkv', 'gray.mkv', 'colour.mkv'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const lossless = ['-an', '-sn', '-c:v', 'ffv1', '-pix_fmt', 'yuv420p'];
  const even = 'scale=trunc(iw/2)*2:trunc(ih/2)*2';
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', path, '-frames:v', String(FRAMES), '-vf', even, ...lossless, truthPath]);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', truthPath, '-vf', 'lutyuv=u=128:v=128', ...lossless, film]);
  const truth = readYuv(truthPath);
  const server = await startReview([film, '-o', output, '--codec', 'ffv1', '--device', 'cpu']);
  try {
    await rendered(server);
    const before = await qualityOf(output, truthPath, truth.frames);
    const { gain, count } = await putHints(server, folder, truth);
    await rendered(server);
    const after = await qualityOf(output, truthPath, truth.frames);
    const more = after.psnr - before.psnr;
    const row = `${before.psnr.toFixed(2)} dB, with ${count} hints ${after.psnr.toFixed(2)} dB, ${more.toFixed(2)} more`;
    const flicker = [before.flicker, after.flicker, before.flickerTruth].map(value => value?.toFixed(3)).join(', ');
    console.log(`${basename(path).padEnd(28)} ${row} (on their keyframes ${gain.toFixed(2)} more); flicker ${flicker}`);
    return more;
  } finally {
    await server.stop();
  }
}

const gains: number[] = [];
for (const path of process.argv.slice(2)) {
  const folder = mkdtempSync(join(tmpdir(), 'hints-'));
  try {
    gains.push(await measure(path, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
console.log(
  `${mean.toFixed(2)} dB more in the mean, 2 dB or more on ${gains.filter(gain => gain >= 2).length} of ${gains.length} clips`,
);
