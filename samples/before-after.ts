/**
 * The picture at the top of the README: node dist/samples/before-after.js [FILM] [OUTPUT.png] [--overwrite]
 * The film goes through side by side, gray on the left and colour on the right; frames spread evenly over it are put under each other.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { colorizeVideo } from 'kinemacolor';
import sharp from 'sharp';
import { locateFfmpeg, pictureOutput } from '../src/adapters/ffmpeg/ffmpeg.ts';
import { runPlainJob } from '../src/adapters/ffmpeg/plain-job.ts';
import { guardOutput, inputsAt } from '../src/adapters/files/output-guard.ts';
import { saveFile } from '../src/adapters/files/save-file.ts';
import { sealedPng } from '../src/adapters/pictures/metadata/png-chunks.ts';

const ROWS = 3;
const OVERWRITE = '--overwrite';
const [film = fileURLToPath(new URL('../../samples/street.mp4', import.meta.url)), output = 'before-after.png'] = process.argv
  .slice(2)
  .filter(argument => argument !== OVERWRITE);
// Neither the film nor a picture of somebody else's is written over.
const wanted = { path: output, what: 'picture', option: 'the second argument' };
const place = await guardOutput(wanted, {
  inputs: await inputsAt([film]),
  existing: process.argv.includes(OVERWRITE) ? 'replace' : 'refuse',
});
const folder = await mkdtemp(join(tmpdir(), 'kinemacolor-sample-'));
try {
  const wide = join(folder, 'wide.mkv');
  const { frames } = await colorizeVideo(film, wide, { settings: { layout: 'side-by-side', codec: 'ffv1' } });
  const ffmpeg = await locateFfmpeg();
  const rows: Buffer[] = [];
  for (let row = 0; row < ROWS; row++) {
    const frame = Math.floor(((row + 0.5) * frames) / ROWS);
    const picture = join(folder, `${row}.png`);
    await runPlainJob(ffmpeg, {
      input: wide,
      output: picture,
      outputArgs: ['-vf', `select=eq(n\\,${frame})`, ...ffmpeg.passthrough, ...pictureOutput],
    });
    rows.push(await sharp(picture).toBuffer());
  }
  const png = await sharp(rows, { join: { across: 1 } })
    .png({ palette: true })
    .toBuffer();
  await saveFile(place, [sealedPng(png)]);
  console.log(`${output}: frames of ${film}, before and after`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
