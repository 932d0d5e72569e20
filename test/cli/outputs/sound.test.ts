import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type CliEnd, filmWarnings, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, packets, probe, runFfmpeg } from '../../../harness/tiny-film.ts';
import { locateFfmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';

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
    const end = await runCli([
      'colorize',
      source,
      '-o',
      at(output),
      '--device',
      'cpu',
      '--preset',
      'ultrafast',
      '--json',
      ...args,
    ]);
    assert.equal(end.code, 0, end.stderr);
    return end;
  }
  const soundOf = async (name: string) => (await probe(at(name))).streams.find(({ codec_type: type }) => type === 'audio');
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
    const samples = async (path: string) => {
      await runFfmpeg(await locateFfmpeg(), ['-i', path, '-map', '0:a', '-f', 's16le', at('samples.raw')]);
      return readFile(at('samples.raw'));
    };
    assert.equal((await soundOf('out.mxf'))!.codec_name, 'pcm_s16le');
    assert.equal(Buffer.compare(await samples(at('out.mxf')), await samples(pcm)), 0);
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

  it('sound that starts later than the picture loses that in mxf, which is reported once and before the first shot; mov keeps it', async () => {
    const silent = await makeTinyFilm(at('silent.mov'), { scenes: [12], sound: 'none' });
    const sound = ['-itsoffset', '0.25', '-f', 'lavfi', '-i', 'sine=r=48000:d=0.125', '-c:v', 'copy', '-c:a', 'pcm_s16le'];
    await runFfmpeg(await locateFfmpeg(), ['-i', silent, ...sound, at('late.mov')]);
    const late = async (output: string, ...more: string[]) => {
      const { events } = await colored(at('late.mov'), output, '--codec', 'prores', ...more);
      const place = events.findIndex(({ message }) => /seconds after the picture/.test(String(message)));
      assert.ok(place < events.findIndex(({ type }) => type === 'shot-start'));
      return events.flatMap(({ message }) => (/seconds after the picture/.test(String(message)) ? [String(message)] : []));
    };
    const loudest = async (name: string) => {
      await runFfmpeg(await locateFfmpeg(), ['-i', at(name), '-map', '0:a', '-f', 's16le', at('sound.raw')]);
      const samples = await readFile(at('sound.raw'));
      return Math.max(...Array.from({ length: samples.length / 2 }, (_, i) => samples.readInt16LE(2 * i)));
    };
    const [sentence, ...others] = await late('out.mxf');
    assert.deepEqual(others, []);
    assert.match(
      sentence!,
      /^Stream 1 \(audio, pcm_s16le\) of \S+late\.mov starts 0\.25 seconds after the picture, .* choose \.mov or \.mkv to keep it in step\.$/,
    );
    assert.deepEqual(await late('cut.mxf', '--from', '8f'), [], 'a stretch that begins with sound loses nothing');
    assert.ok((await loudest('cut.mxf')) > 1000, 'the stretch is silent');
    assert.match((await late('within.mxf', '--from', '2f', '--to', '10f'))[0]!, /starts 0\.17 seconds after the picture/);
    for (const [name, frames] of Object.entries({ 'out.mxf': 12, 'cut.mxf': 4, 'within.mxf': 8 }))
      assert.equal((await packets(at(name), 'v:0')).length, frames, `${name}: pictures after the end of the sound`);
    assert.deepEqual(await late('out.mov'), []);
    assert.ok(Math.abs(Number((await soundOf('out.mov'))!.start_time) - 0.25) < 0.001);
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
