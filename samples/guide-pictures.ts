/**
 * The pictures of the guide, made from the sample film: node dist/samples/guide-pictures.js [FOLDER]
 * sheet.jpg: what `preview` shows. keyframe.jpg: an exported keyframe, the same one painted, and a frame twelve later that takes its colour from it alone.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { colorizeVideo, exportKeyframes, planVideo, previewVideo } from 'kinemacolor';
import sharp from 'sharp';
import { locateFfmpeg, pictureOutput } from '../src/adapters/ffmpeg/ffmpeg.ts';
import { runPlainJob } from '../src/adapters/ffmpeg/plain-job.ts';

const FILM = fileURLToPath(new URL('../../samples/street.mp4', import.meta.url));
const WIDTH = 480;
const HEIGHT = 270;
/** The keyframe that is painted, and the frame that shows what becomes of it. */
const PAINTED = 22;
const LATER = PAINTED + 12;
/** Somebody's brush: the crown of the tree and the body of the car at frame 22. */
const PAINT = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
  <path d="M318 92 Q326 60 352 50 Q376 24 408 29 Q428 36 436 62 Q462 76 464 104 Q440 122 404 120 Q388 126 366 122 Q326 118 320 94 Z" fill="#5d8a3c"/>
  <path d="M24 224 Q28 207 46 207 L60 207 L64 211 L146 209 L146 230 L138 236 Q136 214 120 214 Q106 214 104 236 L58 236 Q56 214 40 214 Q28 214 24 224 Z" fill="#a03028"/>
</svg>`;
const folder = process.argv[2] ?? fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const scratch = await mkdtemp(join(tmpdir(), 'kinemacolor-guide-'));
const at = (name: string) => join(scratch, name);

/** A frame of a film as a PNG. */
async function frameOf(film: string, index: number, output: string): Promise<string> {
  const ffmpeg = await locateFfmpeg();
  const one = ['-vf', `select=eq(n\\,${index})`, ...ffmpeg.passthrough, ...pictureOutput];
  await runPlainJob(ffmpeg, { input: film, output, outputArgs: one });
  return output;
}

/** Pictures beside each other, in rows. */
async function save(name: string, pictures: readonly (string | Buffer)[]): Promise<void> {
  const joined = { join: { across: pictures.length, shim: 6, background: 'white' } };
  const row =
    pictures.length > 1
      ? await sharp([...pictures], joined)
          .png()
          .toBuffer()
      : pictures[0]!;
  await sharp(row)
    .resize({ width: 2 * WIDTH, withoutEnlargement: true })
    .jpeg({ quality: 82, mozjpeg: true })
    .toFile(join(folder, name));
  console.log(name);
}

try {
  await mkdir(folder, { recursive: true });

  const { sheet } = await previewVideo(FILM, at('preview'), { parts: 'sheet' });
  await save('sheet.jpg', [sheet]);

  const plan = await planVideo(FILM);
  await exportKeyframes(plan, at('exported'));
  const name = `${String(PAINTED).padStart(6, '0')}.png`;
  const [exported, painted] = [join(at('exported'), name), join(at('keys'), name)];
  await mkdir(at('keys'));
  await sharp(exported)
    .composite([{ input: Buffer.from(PAINT) }])
    .toFile(painted);
  const settings = { keyframes: at('keys'), keyframeSource: 'given', codec: 'ffv1', duration: 2.8 } as const;
  await colorizeVideo(FILM, at('painted.mkv'), { settings });
  await save('keyframe.jpg', [exported, painted, await frameOf(at('painted.mkv'), LATER, at('later.png'))]);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
