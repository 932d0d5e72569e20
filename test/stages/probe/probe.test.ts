import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filmUrl } from '../../../src/adapters/ffmpeg/ffmpeg.ts';
import type { FailureKind, KinemacolorError } from '../../../src/errors.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { detectColor, SAMPLE_SIZE } from '../../../src/stages/survey/detect-color.ts';
import { surveyFrames } from '../../../src/stages/survey/survey.ts';
import { everyFfmpeg, type FilmName, ffmpegRun, makeFilm, rotateMp4, temporaryFolder } from '../../fixtures/films.ts';

const ffmpegs = await everyFfmpeg();
const folder = await temporaryFolder();
const films = new Map<FilmName, Promise<string>>();
const filmAt = (name: FilmName): Promise<string> => {
  const made = films.get(name) ?? makeFilm(name, folder.path);
  films.set(name, made);
  return made;
};
const is = (kind: FailureKind, output: RegExp) => (error: KinemacolorError) => {
  assert.equal(error.kind, kind, error.message);
  assert.match(error.message, output);
  assert.doesNotMatch(error.message, /\n/);
  return true;
};

after(() => folder.remove());

for (const ffmpeg of ffmpegs) {
  describe(`probe with ffmpeg ${ffmpeg.version}`, () => {
    it('returns format, times and other streams', async () => {
      const film = await probeFilm(await filmAt('vfr'), ffmpeg);
      assert.equal(film.videoCodec, 'h264');
      assert.deepEqual(film.format, {
        width: 160,
        height: 90,
        depth: 8,
        range: 'limited',
        matrix: 'bt709',
        timebase: { num: 1, den: 90000 },
      });
      assert.deepEqual(film.otherStreams, [{ index: 1, kind: 'audio', codec: 'aac', cover: false }]);
      assert.deepEqual(film.sampleAspect, { num: 1, den: 1 });
      assert.equal(film.statedFrames, 50);
      assert.equal(film.rotation, 0);
      assert.equal(film.fieldOrder, 'progressive');
    });

    const ranges: [FilmName, string, string][] = [
      ['fullRange', 'yuvj420p', 'full'],
      ['gray', 'gray', 'full'],
      ['gray10', 'gray10le', 'full'],
      ['tenBit422', 'yuv422p10le', 'limited'],
      ['rgb', 'yuv444p', 'limited'],
    ];
    for (const [name, pixelFormat, range] of ranges) {
      it(`${name} is ${range} range ${pixelFormat}`, async () => {
        const film = await probeFilm(await filmAt(name), ffmpeg);
        assert.deepEqual([film.pixelFormat, film.format.range], [pixelFormat, range]);
        assert.equal(film.storesChroma, !name.startsWith('gray'));
      });
    }

    it('reads matrix, aspect and range from the tags', async () => {
      const path = join(folder.path, `tags-${ffmpeg.major}.mp4`);
      const tags = ['-colorspace', 'smpte170m', '-color_primaries', 'smpte170m', '-color_trc', 'smpte170m', '-color_range', 'pc'];
      const source = ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:d=0.2,setsar=16/15'];
      await ffmpegRun([...source, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', ...tags, filmUrl(path)], ffmpeg);
      const film = await probeFilm(path, ffmpeg);
      assert.equal(film.format.matrix, 'bt601');
      assert.equal(film.format.range, 'full');
      assert.equal(film.tags.space, 'smpte170m');
      assert.deepEqual(film.sampleAspect, { num: 16, den: 15 });
    });

    it('reads rotation clockwise and the field order', async () => {
      const turned = await makeFilm('plain', folder.path, `turned-${ffmpeg.major}`);
      await rotateMp4(turned);
      assert.equal((await probeFilm(turned, ffmpeg)).rotation, 90);
      assert.equal((await probeFilm(await filmAt('interlaced'), ffmpeg)).fieldOrder, 'tff');
    });

    it('takes MPEG-TS, whose service names crash a static ffprobe', async () => {
      assert.equal((await probeFilm(await filmAt('openGopTs'), ffmpeg)).container, 'mpegts');
    });

    for (const name of [
      "it's a film.mp4",
      '-dash "quote".mp4',
      'new\nline.mp4',
      'ünï 映画.mp4',
      '100%d %03d.mp4',
      'concat:a|b.mp4',
      'a:b,c;d[e].mp4',
    ]) {
      it(`takes a file called ${JSON.stringify(name)}`, async () => {
        const path = join(folder.path, name);
        await copyFile(await filmAt('plain'), path);
        assert.equal((await probeFilm(path, ffmpeg)).statedFrames, 50);
      });
    }

    it('refuses what is no film in one sentence', async () => {
      const at = (name: string) => join(folder.path, `${name}-${ffmpeg.major}`);
      await writeFile(`${at('empty')}.mp4`, '');
      await writeFile(`${at('text')}.mp4`, 'This is a text, not a film.\n'.repeat(200));
      await mkdir(`${at('folder')}.mp4`);
      await assert.rejects(probeFilm(`${at('missing')}.mp4`, ffmpeg), is('source', /no such file/));
      await assert.rejects(probeFilm(`${at('empty')}.mp4`, ffmpeg), is('source', /empty/));
      await assert.rejects(probeFilm(`${at('text')}.mp4`, ffmpeg), is('source', /cannot read it/));
      await assert.rejects(probeFilm(`${at('folder')}.mp4`, ffmpeg), is('source', /folder/));
      await assert.rejects(probeFilm(await filmAt('sound'), ffmpeg), is('source', /only audio/));
    });

    it('refuses sound with a cover picture, and a film without a frame', async () => {
      const still = join(folder.path, `cover-${ffmpeg.major}.png`);
      const song = join(folder.path, `song-${ffmpeg.major}.m4a`);
      await ffmpegRun(['-f', 'lavfi', '-i', 'testsrc2=s=64x64', '-frames:v', '1', filmUrl(still)], ffmpeg);
      const inputs = ['-f', 'lavfi', '-i', 'sine=d=0.5', '-i', filmUrl(still), '-map', '0', '-map', '1'];
      await ffmpegRun([...inputs, '-c:v', 'copy', '-disposition:v', 'attached_pic', filmUrl(song)], ffmpeg);
      await assert.rejects(probeFilm(song, ffmpeg), is('source', /cover/));
      const bare = join(folder.path, `song-${ffmpeg.major}.mp3`);
      await ffmpegRun(['-f', 'lavfi', '-i', 'sine=d=0.5', filmUrl(bare)], ffmpeg);
      await assert.rejects(probeFilm(bare, ffmpeg), is('source', /it is "mp3", which is no kind of film/));
      const none = join(folder.path, `none-${ffmpeg.major}.avi`);
      await ffmpegRun(['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=0.2,select=0', '-c:v', 'mpeg4', filmUrl(none)], ffmpeg);
      await assert.rejects(probeFilm(none, ffmpeg), is('source', /no picture of its mpeg4 stream|cannot read/));
    });

    it('refuses a codec that this ffmpeg cannot decode', async () => {
      const blind = { ...ffmpeg, decoders: new Set<string>() };
      await assert.rejects(probeFilm(await filmAt('plain'), blind), is('source', /coded as "h264"/));
    });
  });

  const CAPTION = 'drawbox=x=iw*0.1:y=ih*0.8:w=iw*0.8:h=ih*0.13:color=yellow:t=fill';
  const EMBLEM = 'drawbox=x=iw*0.82:y=ih*0.06:w=iw*0.12:h=ih*0.14:color=red:t=fill';
  /** Blotches of a few samples, fresh in each frame. */
  const TAPE = 'format=yuv444p,noise=c1s=100:c2s=100:c1f=t+u:c2f=t+u,gblur=sigma=3:planes=6';

  describe(`the look for colour with ffmpeg ${ffmpeg.version}`, () => {
    const looksColored = async (path: string) => {
      const film = await probeFilm(path, ffmpeg);
      const watch = detectColor(film);
      for await (const _ of surveyFrames(film, ffmpeg, { width: 96, height: 64, sideOutputs: watch && [watch.job] }));
      return watch?.colored();
    };
    const looks: [string, string, boolean][] = [
      ['colour', 'null', true],
      ['gray', 'hue=s=0', false],
      ['gray film with captions and an emblem in colour, in a', `hue=s=0,${CAPTION},${EMBLEM}`, false],
      ['gray film from a tape with noise in its chroma, in a', `hue=s=0,${TAPE}`, false],
      ['muted', 'hue=s=0.3', true],
      ['muted film from a tape, in a', `hue=s=0.6,${TAPE}`, true],
      ['sepia', 'hue=s=0,colorchannelmixer=.393:.769:.189:0:.349:.686:.168:0:.272:.534:.131', false],
    ];
    for (const [name, filter, colored] of looks) {
      it(`${colored ? 'sees it in' : 'is not taken in by'} a ${name} film`, async () => {
        const path = join(folder.path, `look-${name.slice(0, 24)}-${ffmpeg.major}.mkv`);
        const source = `testsrc2=s=320x180:d=2,gblur=sigma=3,${filter}`;
        await ffmpegRun(['-f', 'lavfi', '-i', source, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', filmUrl(path)], ffmpeg);
        assert.equal(await looksColored(path), colored);
      });
    }
    it('is not taken in by a coloured emblem before a gray film', async () => {
      const film = await probeFilm(await filmAt('plain'), ffmpeg);
      const cells = SAMPLE_SIZE.width * SAMPLE_SIZE.height;
      const gray = new Uint8Array(3 * cells).fill(128);
      const painted = gray.map((code, i) => (i >= cells && i % 2 === 0 ? code + 40 : code));
      const coloredAfter = (looks: readonly Uint8Array[]) => {
        const watch = detectColor(film)!;
        for (const look of looks.flatMap(one => [one, one])) watch.job.take(look);
        return watch.colored();
      };
      assert.equal(coloredAfter([painted, painted, ...Array.from({ length: 20 }, () => gray)]), false);
      assert.equal(coloredAfter([painted, painted, ...Array.from({ length: 5 }, () => gray)]), true);
      assert.equal(coloredAfter([painted]), false);
    });
    it('sees it in a film that begins black and has no entry point but its first frame', async () => {
      const path = join(folder.path, `late-${ffmpeg.major}.mkv`);
      const source = 'testsrc2=s=320x180:d=4,gblur=sigma=3,fade=in:d=0.3';
      await ffmpegRun(
        ['-f', 'lavfi', '-i', source, '-c:v', 'libx264', '-g', '1000', '-pix_fmt', 'yuv420p', filmUrl(path)],
        ffmpeg,
      );
      assert.equal(await looksColored(path), true);
    });
  });
}
