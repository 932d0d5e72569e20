import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { tryDecoder } from '../../../src/adapters/ffmpeg/try-decoder.ts';
import type { KinemacolorError } from '../../../src/errors.ts';
import { everyFfmpeg, temporaryFolder } from '../../fixtures/films.ts';

const folder = await temporaryFolder();
after(() => folder.remove());

describe('a trial of decoding', () => {
  it('succeeds with every ffmpeg of this machine', async () => {
    for (const ffmpeg of await everyFfmpeg()) await tryDecoder(ffmpeg);
  });

  it('tells what an ffmpeg says that refuses an option', async () => {
    const { path } = await locateFfmpeg();
    const refusing = join(folder.path, 'ffmpeg');
    const script = `case "$*" in *-enc_time_base*) echo '[fatal] Invalid time base' >&2; exit 234;; *) exec '${path}' "$@";; esac`;
    await writeFile(refusing, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await assert.rejects(
      locateFfmpeg(refusing).then(tryDecoder),
      (error: KinemacolorError) => error.kind === 'environment' && /none came: Invalid time base\.$/.test(error.message),
    );
  });
});
