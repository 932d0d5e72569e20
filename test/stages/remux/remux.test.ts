import assert from 'node:assert/strict';
import { join } from 'node:path';
import { toSeconds } from '../../../src/media/film/time.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { remux } from '../../../src/stages/remux/remux.ts';
import { looked, openRemuxBench, packetsOf, timesOf } from '../../fixtures/remux-bench.ts';

describe('remux: times', function () {
  this.slow(10_000);
  const { bench, how, made, segmentsAt, remade } = openRemuxBench();

  const exact = [
    ['vfr', 'mp4'],
    ['lateStart', 'mp4'],
    ['dropped', 'mkv'],
    ['vfrMkv', 'mp4'],
  ] as const;
  for (const [name, container] of exact) {
    it(`keeps every tick of ${name} in ${container}, and every packet of its sound`, async () => {
      for (const ffmpeg of bench.ffmpegs) {
        const { before, after, warnings } = await remade(await made(name), `${name}.${container}`, ffmpeg);
        assert.deepEqual(warnings, []);
        assert.equal(after.streams[0]!.time_base, before.streams[0]!.time_base);
        assert.deepEqual(timesOf(after, 0), timesOf(before, 0));
        const audio = packetsOf(before, 1);
        const sameUnits = before.streams[1]!.time_base === after.streams[1]!.time_base;
        assert.deepEqual(
          packetsOf(after, 1).map(packet => packet.slice(sameUnits ? 0 : 1)),
          audio.map(packet => packet.slice(sameUnits ? 0 : 1)),
        );
        assert.ok(audio.length > 50);
      }
    });
  }

  it('moves pictures and sound alike where Matroska would begin before 0', async () => {
    for (const ffmpeg of bench.ffmpegs) {
      const { before, after } = await remade(await made('vfr'), 'vfr.mkv', ffmpeg);
      const shifts = [0, 1].map(stream => {
        const [num, den] = before.streams[stream]!.time_base.split('/').map(Number) as [number, number];
        const wanted = timesOf(before, stream).map(ticks => toSeconds({ ticks, timebase: { num, den } }) * 1000);
        const moved = timesOf(after, stream).map((time, i) => time - wanted[i]!);
        assert.ok(Math.max(...moved) - Math.min(...moved) <= 1.0001, `${ffmpeg.version}: stream ${stream} by ${moved}`);
        return (Math.max(...moved) + Math.min(...moved)) / 2;
      });
      assert.ok(Math.abs(shifts[0]! - shifts[1]!) <= 1, `${ffmpeg.version}: ${shifts}`);
      assert.deepEqual(
        packetsOf(after, 1).map(([, hash]) => hash),
        packetsOf(before, 1).map(([, hash]) => hash),
      );
    }
  });

  it('puts times on a grid as coarse as the frames where they belong, and pictures before 0 whole seconds later', async () => {
    const source = await made('plain');
    for (const ffmpeg of bench.ffmpegs) {
      for (const [timebase, ticks] of [
        [{ num: 1, den: 24 }, Array.from({ length: 20 }, (_, i) => i + (i > 9 ? 100 : 0))],
        [{ num: 1001, den: 30_000 }, Array.from({ length: 20 }, (_, i) => i)],
        [{ num: 1, den: 12_800 }, Array.from({ length: 20 }, (_, i) => (i - 3) * 512)],
      ] as const) {
        const plain = await probeFilm(source, ffmpeg);
        const film = { ...plain, format: { ...plain.format, timebase } };
        const output = join(bench.folder.path, 'out', 'grid.mp4');
        await remux(await segmentsAt(film, ticks, 'x264', ffmpeg), { film, output, ...how(film, 'x264', ffmpeg) }, ffmpeg);
        const after = await looked(output, ffmpeg);
        assert.equal(after.streams[0]!.time_base, `1/${timebase.den}`);
        assert.deepEqual(
          timesOf(after, 0),
          ticks.map(at => at * timebase.num + (ticks[0]! < 0 ? timebase.den : 0)),
        );
      }
    }
  });
});
