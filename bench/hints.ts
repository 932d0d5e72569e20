import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startReview, type TestServer } from '../harness/review-server.ts';
import { readYuv, type YuvClip } from './read-yuv.ts';

/**
 * What five hints do: node dist/bench/hints.js CLIP... where each clip is in colour. Its first FRAMES frames (default 48) are made gray,
 * coloured automatically, then given at most HINTS hints over the review server's HTTP interface, where the automatic colour errs most over a region,
 * with the truth's colour, and rendered again. Prints PSNR of Cb and Cr (8-bit codes, 4:2:0) before and after.
 */
const FRAMES = Number(process.env.FRAMES ?? 48);
const HINTS = 5;
/** Hints tried: one that makes the film worse is taken back, as a person who sees it would; here the truth is the eye. */
const TRIES = 8;
/** Regions across and down, and the least distance between two hints in regions. */
const REGIONS = { across: 16, down: 9, apart: 3 };
/** Of a dot, as a share of the shorter side: half a region. */
const RADIUS = 0.05;

type Hint = { x: number; y: number; color: string; radius: number };

function psnr(a: YuvClip, truth: YuvClip): number {
  let [sum, count] = [0, 0];
  for (const [t, right] of truth.frames.entries())
    for (const plane of ['cb', 'cr'] as const) {
      const one = a.frames[t]![plane];
      for (let i = 0; i < one.length; i++) sum += (one[i]! - right[plane][i]!) ** 2;
      count += one.length;
    }
  return 10 * Math.log10(255 ** 2 / Math.max(1e-9, sum / count));
}

/** Where a keyframe errs most, region by region; the truth's colour is that of the dot. */
function worstPlaces(colored: YuvClip, truth: YuvClip, frame: number): { hint: Hint; error: number }[] {
  const { width, height } = truth;
  const [across, down] = [width / 2, height / 2];
  const [mine, right] = [colored.frames[frame]!, truth.frames[frame]!];
  const places = Array.from({ length: REGIONS.across * REGIONS.down }, (_, place) => {
    const x = ((place % REGIONS.across) + 0.5) / REGIONS.across;
    const y = (Math.floor(place / REGIONS.across) + 0.5) / REGIONS.down;
    const mean = { y: 0, cb: 0, cr: 0, offCb: 0, offCr: 0, count: 0 };
    const reach = RADIUS * Math.min(across, down);
    for (let row = Math.floor(y * down - reach); row < y * down + reach; row++)
      for (let column = Math.floor(x * across - reach); column < x * across + reach; column++) {
        if (row < 0 || column < 0 || row >= down || column >= across) continue;
        const at = row * across + column;
        mean.offCb += mine.cb[at]! - right.cb[at]!;
        mean.offCr += mine.cr[at]! - right.cr[at]!;
        mean.y += right.luma[2 * row * width + 2 * column]!;
        mean.cb += right.cb[at]!;
        mean.cr += right.cr[at]!;
        mean.count++;
      }
    const word = colorWord(mean.y / mean.count, mean.cb / mean.count, mean.cr / mean.count, height);
    return { hint: { x, y, color: word, radius: RADIUS }, error: Math.hypot(mean.offCb, mean.offCr) / mean.count };
  });
  return places.sort((a, b) => b.error - a.error);
}

/** Limited-range Y'CbCr as #rrggbb, in the matrix that an untagged film of this height has. Luma is moved to where no colour is clipped. */
function colorWord(y: number, cb: number, cr: number, height: number): string {
  const [kr, kb] = height >= 720 ? [0.2126, 0.0722] : [0.299, 0.114];
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

async function rendered(server: TestServer): Promise<void> {
  const end = await server.render();
  if (end.startsWith('failed')) throw new Error(end);
}

async function keyframesOf(server: TestServer): Promise<number[]> {
  const project = (await server.api('project')) as { shots: { keyframes: { index: number }[] }[] };
  return project.shots.flatMap(shot => shot.keyframes.map(({ index }) => index));
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
    const automatic = readYuv(output);
    const keyframes = await keyframesOf(server);
    const middle = keyframes[Math.floor(keyframes.length / 2)]!;
    const chosen: Hint[] = [];
    const started = performance.now();
    let [best, tries] = [psnr(automatic, truth), 0];
    for (const { hint } of worstPlaces(automatic, truth, middle)) {
      if (chosen.length === HINTS || tries === TRIES) break;
      const apart = (other: Hint) => Math.hypot((hint.x - other.x) * REGIONS.across, (hint.y - other.y) * REGIONS.down);
      if (!chosen.every(other => apart(other) >= REGIONS.apart)) continue;
      tries++;
      const response = await server.edit({ kind: 'hint-add', index: middle, hint });
      if (!response.ok) throw new Error(await response.text());
      await rendered(server);
      const now = psnr(readYuv(output), truth);
      if (now > best) {
        best = now;
        chosen.push(hint);
      } else await server.ask('/api/undo', { method: 'POST' });
    }
    await rendered(server);
    const seconds = (performance.now() - started) / 1000;
    const [before, after] = [psnr(automatic, truth), psnr(readYuv(output), truth)];
    const row = `${before.toFixed(2)} dB, with ${chosen.length} hints ${after.toFixed(2)} dB, ${(after - before).toFixed(2)} more`;
    console.log(`${basename(path).padEnd(28)} ${row} (${keyframes.length} keyframes, ${seconds.toFixed(1)} s)`);
    return after - before;
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
console.log(`2 dB or more on ${gains.filter(gain => gain >= 2).length} of ${gains.length} clips`);
