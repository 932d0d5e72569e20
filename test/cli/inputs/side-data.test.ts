import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filmWarnings, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm } from '../../../harness/tiny-film.ts';
import { filmUrl } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { everyFfmpeg, ffmpegRun, folderPerGroup } from '../../fixtures/films.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';

/** An SEI message of user data as ITU-T T.35 registers it for ATSC (A/53): its type, size, country, provider. */
const atsc = (identifier: string, ...content: number[]) => {
  const payload = [0xb5, 0, 0x31, ...Buffer.from(identifier), ...content];
  return [4, payload.length, ...payload];
};
/** One pair of EIA-608 and one of EIA-708. */
const CAPTIONS = atsc('GA94', 3, 0x42, 0xff, 0xfc, 0x94, 0x20, 0xfc, 0x48, 0x49, 0xff);
const ACTIVE_FORMAT = atsc('DTG1', 0x41, 0xfa);
/** A picture's timing (its SPS says that there is one): shown as one frame, at a clock's 01:02:03, frame 4. */
const TIMECODE = [
  1,
  9,
  ...bytesOf(['0000', '1', '00', '0', '00000', '1', '0', '0', '00000100', '000011', '000010', '00001', '0'.repeat(24)]),
];
const USER_DATA = [5, 21, ...Array.from({ length: 16 }, (_, i) => 0xa0 + i), ...Buffer.from('hello')];

function bytesOf(fields: readonly string[]): number[] {
  return fields
    .join('')
    .match(/.{1,8}/g)!
    .map(bits => Number.parseInt(bits.padEnd(8, '0'), 2));
}

describe('what lies in the pictures’ own stream', () => {
  const folder = folderPerGroup();
  const at = (name: string) => join(folder, name);

  /** Put messages before the slices of every picture. */
  async function holding(name: string, messages: readonly (readonly number[])[]): Promise<string> {
    const bytes = await readFile(at('plain.h264'));
    const delimiter = Buffer.from([0, 0, 0, 1, 9]);
    const message = Buffer.from([0, 0, 0, 1, 6, ...messages.flat(), 0x80]);
    const parts: Buffer[] = [];
    let done = 0;
    for (let place = bytes.indexOf(delimiter); place >= 0; place = bytes.indexOf(delimiter, done)) {
      parts.push(bytes.subarray(done, place + 6), message);
      done = place + 6;
    }
    await writeFile(at(`${name}.h264`), Buffer.concat([...parts, bytes.subarray(done)]));
    await ffmpegRun(['-r', '24', '-i', at(`${name}.h264`), '-c', 'copy', filmUrl(at(`${name}.mp4`))]);
    return at(`${name}.mp4`);
  }

  before(async () => {
    await makeTinyFilm(at('plain.h264'), {
      scenes: [8],
      sound: 'none',
      // Without messages of the encoder's own, but with the announcement of pictures' timing.
      output: [
        '-bf',
        '0',
        '-x264-params',
        'pic-struct=1',
        '-bsf:v',
        'filter_units=remove_types=6,h264_metadata=aud=insert',
        '-f',
        'h264',
      ],
    });
  });

  it('captions, active format, timecodes, user data are told to be lost, each film’s own', async () => {
    const films = await Promise.all([
      holding('captions', [CAPTIONS]),
      holding('formats', [ACTIVE_FORMAT]),
      holding('all', [CAPTIONS, ACTIVE_FORMAT, TIMECODE, USER_DATA]),
    ]);
    for (const { path, major } of await everyFfmpeg()) {
      const reported = async (film: string) => {
        const end = await runCli(['plan', film, '-o', `${film}.${major}.json`, '--json'], { env: { KINEMACOLOR_FFMPEG: path } });
        assert.equal(end.code, 0, end.stderr);
        return filmWarnings(end).join('\n');
      };
      assert.match(
        await reported(films[0]),
        /hold closed captions \(EIA-608\/708\), which pictures that are coded anew do not carry/,
      );
      assert.match(await reported(films[1]), /hold active format descriptions \(AFD\), which/);
      const all = await reported(films[2]);
      assert.match(all, /closed captions/);
      assert.match(all, /active format/);
      if (major < 5) continue; // ffmpeg of 2018 decodes neither of these
      assert.match(all, /timecodes/);
      assert.match(all, /user data/);
    }
  });

  it('and what a survey tells is in the report of the run, and of one that renders its plan, once', async () => {
    const film = await holding('told', [CAPTIONS]);
    const model = ['--model', await writeTinyModel(folder, 'obedient')];
    const [plan, report] = [at('told.json'), at('report.json')];
    assert.equal((await runCli(['plan', film, '-o', plan, ...model])).code, 0);
    for (const args of [
      ['render', plan],
      ['colorize', film, ...model],
    ]) {
      const end = await runCli([...args, '-o', at('told.mkv'), '--json', '--report', report]);
      assert.equal(end.code, 0, end.stderr);
      const { warnings } = JSON.parse(await readFile(report, 'utf8')) as { warnings: string[] };
      const events = end.events.filter(({ type }) => type === 'warning').map(({ message }) => message);
      assert.deepEqual(warnings, events);
      assert.equal(warnings.filter(message => message.includes('closed captions')).length, 1, warnings.join('\n'));
      assert.equal(new Set(warnings).size, warnings.length, warnings.join('\n'));
    }
  });

  it('the settings that an encoder writes into its stream are nothing that could be lost', async () => {
    const film = await makeTinyFilm(at('x264.mp4'), { scenes: [8], sound: 'none' });
    for (const { path } of await everyFfmpeg()) {
      const end = await runCli(['plan', film, '-o', at('x264.json'), '--json', '--overwrite'], {
        env: { KINEMACOLOR_FFMPEG: path },
      });
      assert.deepEqual(filmWarnings(end), [], end.stderr);
    }
  });
});
