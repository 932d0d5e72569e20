import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ffmpeg } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import type { Codec } from '../../../src/options.ts';
import { chooseEncoding } from '../../../src/stages/encode/codecs.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { checkStreams } from '../../../src/stages/remux/source-streams.ts';
import { damageAdts } from '../../fixtures/adts-damage.ts';
import { ffmpegRun } from '../../fixtures/films.ts';
import { openRemuxBench } from '../../fixtures/remux-bench.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=25:d=1'];
const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000:duration=1'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

describe('streams copied to the result', () => {
  const { bench, remade } = openRemuxBench();
  const at = (name: string) => join(bench.folder.path, name);
  const film = async (name: string, sound: readonly string[]) => {
    await ffmpegRun([...PICTURE, ...TONE, ...H264, ...sound, at(name)]);
    return at(name);
  };

  /** What is said before a shot is made. */
  async function remarks(source: string, output: string, codec: Codec, ffmpeg: Ffmpeg, audio: 'keep' | 'convert' = 'keep') {
    const probed = await probeFilm(source, ffmpeg);
    const encoding = chooseEncoding(probed, { codec, quality: 18 }, output, ffmpeg);
    return checkStreams(probed, output, { part: 'whole', ffmpeg, encoding, audio, signal: undefined });
  }

  /** Hash of the samples that a film's sound decodes to, as 24 bit. */
  async function samples(path: string, ffmpeg: Ffmpeg): Promise<string> {
    const raw = at('samples.raw');
    await ffmpegRun(['-i', path, '-map', '0:a', '-f', 's24le', raw], ffmpeg);
    return (await readFile(raw)).toString('base64');
  }

  it('that no container holds are converted, sample by sample, and no container is said to hold them', async () => {
    const dvd = at('dvd.vob');
    const mpeg2 = ['-c:v', 'mpeg2video', '-pix_fmt', 'yuv420p', '-ac', '2', '-c:a', 'pcm_dvd', '-f', 'vob'];
    await ffmpegRun(
      [...PICTURE, ...TONE, ...mpeg2, dvd],
      bench.ffmpegs.find(({ encoders }) => encoders.has('pcm_dvd')),
    );
    for (const ffmpeg of bench.ffmpegs) {
      for (const [container, codecs] of [
        ['mkv', /^pcm_s16le$/],
        ['mov', /^pcm_s16le$/],
        ['mp4', /^(pcm_s16le|flac)$/],
      ] as const) {
        const { after, warnings, output } = await remade(dvd, `dvd.${container}`, ffmpeg);
        const sound = after.streams.find(({ codec_type }) => codec_type === 'audio');
        assert.match(sound!.codec_name, codecs);
        assert.equal(await samples(output, ffmpeg), await samples(dvd, ffmpeg), `${ffmpeg.version} ${container}`);
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]!, /pcm_dvd\) cannot be held by .*converted to \w+, which keeps every sample; no container/);
      }
    }
  });

  it('FLAC and TrueHD go into mp4 as they are', async () => {
    for (const [name, codec] of [
      ['flac.mkv', 'flac'],
      ['truehd.mkv', 'truehd'],
    ] as const) {
      const source = await film(name, ['-c:a', codec, '-strict', '-2']);
      for (const ffmpeg of bench.ffmpegs) {
        const { before, after, warnings } = await remade(source, `${codec}.mp4`, ffmpeg);
        if (codec === 'truehd' && warnings.length > 0) {
          assert.match(warnings[0]!, /truehd\) cannot be held by mp4.*choose \.mkv/); // ffmpeg of 2018 cannot
          continue;
        }
        assert.deepEqual(warnings, [], ffmpeg.version);
        const hashes = (probed: typeof before) =>
          probed.packets.filter(one => one.stream_index === 1).map(({ data_hash }) => data_hash);
        assert.deepEqual(hashes(after), hashes(before));
      }
    }
  });

  it('that another container holds: that one is named, and holds them', async () => {
    const source = await film('opus.mkv', ['-c:a', 'libopus']);
    for (const ffmpeg of bench.ffmpegs) {
      const { warnings } = await remade(source, 'opus.mov', ffmpeg);
      assert.equal(warnings.length, 1);
      const named =
        /cannot be held by mov: left out; choose ((?:\.\w+)(?: or \.\w+)*) to keep it, or add --audio convert to have it as alac/.exec(
          warnings[0]!,
        );
      assert.ok(named, warnings[0]);
      for (const ending of named[1]!.split(' or ')) {
        const other = await remade(source, `opus${ending}`, ffmpeg);
        assert.deepEqual(other.warnings, []);
        assert.equal(other.after.streams[1]!.codec_name, 'opus');
      }
      const converted = await remade(source, 'converted.mov', ffmpeg, 'x264', 'convert');
      assert.match(converted.warnings.join(), /converted to alac; choose \.mkv or \.mp4 to keep it unchanged/);
      assert.equal(converted.after.streams[1]!.codec_name, 'alac');
      // Pictures that only Matroska holds cannot go elsewhere.
      const known = await remarks(source, 'x.mov', 'prores', ffmpeg);
      assert.match(known.warnings.join(), /left out; choose \.mkv to keep it, or add --audio convert to have it as alac\./);
    }
  });

  it('damaged packets are left out, the others copied, and it is known before a shot is made', async () => {
    const whole = await film('whole.ts', ['-c:a', 'aac', '-f', 'mpegts']);
    const source = at('damaged.ts');
    await writeFile(source, damageAdts(await readFile(whole)));
    for (const ffmpeg of bench.ffmpegs) {
      for (const container of ['mkv', 'mp4'] as const) {
        const { damage } = await remarks(source, `x.${container}`, 'x264', ffmpeg);
        const message =
          /^Stream 1 \(audio, aac\) of .*damaged\.ts is damaged: 1 of its (\d+) packets, at second ([\d.]+), cannot be read and is left out\.$/.exec(
            damage.join(),
          );
        assert.ok(message, `${ffmpeg.version} ${container}: ${damage.join()}`);
        const { after, warnings } = await remade(source, `damaged.${container}`, ffmpeg);
        assert.deepEqual(warnings.slice(0, 1), damage); // an ffmpeg of 2018 has more to say
        assert.equal(after.packets.filter(one => one.stream_index === 1).length, Number(message[1]) - 1);
      }
      const { damage } = await remarks(whole, 'x.mp4', 'x264', ffmpeg);
      assert.deepEqual(damage, []);
    }
  });
});
