import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type CliEnd, filmWarnings, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, packets, probe, runFfmpeg } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const LEFT_OUT =
  /^Stream 1 \(audio, opus\) cannot be held by mov: left out; choose (\S+(?: or \S+)*) to keep it, or add (--audio convert) to have it as (\w+)\.$/;

describe('colorize --audio keep | convert', () => {
  const group = folderPerTest();
  const { at, refused } = group;
  let opus = '';
  before(async () => {
    opus = await makeTinyFilm(`${group.root}/opus.mkv`, { scenes: [6], output: ['-c:a', 'libopus'] });
  });

  async function colored(source: string, output: string, ...args: string[]): Promise<CliEnd> {
    const end = await runCli(['colorize', source, '-o', at(output), ...TINY, '--preset', 'ultrafast', '--json', ...args]);
    assert.equal(end.code, 0, end.stderr);
    return end;
  }
  const soundOf = async (name: string) => (await probe(at(name))).streams.find(({ codec_type: type }) => type === 'audio');
  /** Its sound as 16-bit samples. */
  const samplesOf = async (path: string) => {
    await runFfmpeg(await locateFfmpeg(), ['-i', path, '-map', '0:a', '-f', 's16le', at('samples.raw')]);
    return readFile(at('samples.raw'));
  };
  const hashes = async (path: string) => (await packets(path, 'a:0')).map(({ hash }) => hash);

  it('keep, the default, leaves out what does not fit; the containers and the option that it names keep it', async () => {
    const end = await colored(opus, 'kept.mov');
    assert.equal(await soundOf('kept.mov'), undefined);
    const [, containers, option, codec] = LEFT_OUT.exec(filmWarnings(end).join('\n')) ?? [];
    assert.ok(containers && option && codec, filmWarnings(end).join('\n'));
    for (const ending of containers.split(' or ')) {
      assert.deepEqual(filmWarnings(await colored(opus, `advice${ending}`)), []);
      assert.deepEqual(await hashes(at(`advice${ending}`)), await hashes(opus));
    }
    const converted = await colored(opus, 'converted.mov', ...option.split(' '));
    assert.equal((await soundOf('converted.mov'))!.codec_name, codec);
    assert.match(
      filmWarnings(converted).join(),
      new RegExp(`converted to ${codec}; choose \\.mkv or \\.mp4 to keep it unchanged`),
    );
  });

  it('names only containers that hold such pictures as well', async () => {
    const end = await colored(opus, 'kept.mov', '--codec', 'v210');
    assert.match(filmWarnings(end).join(), /left out; choose \.mkv to keep it, or add --audio convert/);
  });

  it('keep stores samples that fit in another coding, each as it was', async () => {
    const pcm = await makeTinyFilm(at('pcm.mkv'), { scenes: [4], output: ['-c:a', 'pcm_s16be'] });
    await colored(pcm, 'out.mxf', '--codec', 'prores');
    assert.equal((await soundOf('out.mxf'))!.codec_name, 'pcm_s16le');
    assert.equal(Buffer.compare(await samplesOf(at('out.mxf')), await samplesOf(pcm)), 0);
  });

  it('convert brings any sound into mxf, from a pipeline, too; keep says what else there is', async () => {
    const aac = await makeTinyFilm(at('aac.mkv'), { scenes: [6], output: ['-ar', '44100'] });
    const kept = await colored(aac, 'kept.mxf', '--codec', 'prores');
    assert.match(
      filmWarnings(kept).join(),
      /left out; choose \.mov or \.mkv to keep it, or add --audio convert to have it as pcm_s24le/,
    );
    const pipeline = { name: 'editors', description: 'for editors', settings: { codec: 'prores', audio: 'convert' } };
    await writeFile(at('editors.json'), JSON.stringify(pipeline));
    await colored(aac, 'out.mxf', '-p', at('editors.json'));
    const sound = (await soundOf('out.mxf'))!;
    assert.deepEqual([sound.codec_name, sound.sample_rate], ['pcm_s24le', '48000']);
    assert.ok(Math.abs(Number(sound.duration) - 6 / 24) < 0.05, String(sound.duration));
  });

  it('mxf: sound that starts later or earlier than the picture is in step, sample by sample; what precedes it is reported', async () => {
    const ffmpeg = await locateFfmpeg();
    const silent = await makeTinyFilm(at('silent.mov'), { scenes: [12], sound: 'none' });
    const chirp = (seconds: number) => ['-f', 'lavfi', '-i', `aevalsrc=sin(2*PI*(200*t+900*t*t)):s=48000:d=${seconds}`];
    const laid = ['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'pcm_s16le'];
    await runFfmpeg(ffmpeg, ['-i', silent, '-itsoffset', '0.25', ...chirp(0.125), ...laid, at('late.mov')]);
    await runFfmpeg(ffmpeg, ['-itsoffset', '0.25', '-i', silent, ...chirp(0.75), ...laid, at('early.mov')]);
    const silence = (samples: number) => Buffer.alloc(2 * samples);
    const [late, early] = [await samplesOf(at('late.mov')), await samplesOf(at('early.mov'))];
    const inMxf = async (source: string, output: string, ...more: string[]) => {
      const { events } = await colored(at(source), output, '--codec', 'prores', ...more);
      const about = events
        .map(({ message }) => String(message))
        .filter(message => / seconds (before|after) the picture/.test(message));
      const place = events.findIndex(({ message }) => message === about[0]);
      assert.ok(place < events.findIndex(({ type }) => type === 'shot-start'));
      return { about, samples: await samplesOf(at(output)), frames: (await packets(at(output), 'v:0')).length };
    };
    const whole = Buffer.concat([silence(12_000), late, silence(6000)]);
    assert.deepEqual(await inMxf('late.mov', 'late.mxf'), { about: [], samples: whole, frames: 12 });
    const within = whole.subarray(2 * 4000, 2 * 20_000);
    assert.deepEqual(await inMxf('late.mov', 'within.mxf', '--from', '2f', '--to', '10f'), {
      about: [],
      samples: within,
      frames: 8,
    });
    const { about, ...kept } = await inMxf('early.mov', 'early.mxf');
    assert.deepEqual(kept, { samples: early.subarray(2 * 12_000), frames: 12 });
    assert.equal(about.length, 1);
    assert.match(
      about[0]!,
      /^Stream 1 \(audio, pcm_s16le\) of \S+early\.mov starts 0\.25 seconds before the picture, .*; choose \.mov or \.mkv to keep it in step\.$/,
    );
  });

  it('a stretch has its own part of sound that is converted, sample by sample', async () => {
    const flac = await makeTinyFilm(at('flac.mkv'), { scenes: [6], output: ['-c:a', 'flac'] });
    await colored(flac, 'part.mov', '--from', '2f', '--to', '5f');
    assert.equal((await soundOf('part.mov'))!.codec_name, 'alac');
    const first = (83 / 1000) * 48_000; // Matroska's time of frame 2
    assert.deepEqual(await samplesOf(at('part.mov')), (await samplesOf(flac)).subarray(2 * first, 2 * (first + 6000)));
  });

  it('a file of sound belongs to numbered pictures, and goes with keep or convert', async () => {
    await refused(2, /--audio FILE is about numbered pictures/, [
      'colorize',
      opus,
      '-o',
      at('o.mov'),
      '-q',
      '--audio',
      'sound.wav',
    ]);
    await runFfmpeg(await locateFfmpeg(), ['-i', opus, '-pix_fmt', 'gray', at('scan_%03d.png')]);
    await colored(at('scan_%03d.png'), 'out.mov', '--audio', opus, '--audio', 'convert');
    assert.equal((await soundOf('out.mov'))!.codec_name, 'alac');
  });
});
