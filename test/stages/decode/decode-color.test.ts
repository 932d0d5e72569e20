import assert from 'node:assert/strict';
import { decode } from '../../../harness/tiny-film.ts';
import type { ColorFrame } from '../../../src/media/film/frame.ts';
import { decodeFrames } from '../../../src/stages/decode/decode.ts';
import { decodeColor } from '../../../src/stages/decode/decode-color.ts';
import { probeFilm } from '../../../src/stages/probe/probe.ts';
import { everyFfmpeg, type FilmName, folderPerGroup, makeFilm } from '../../fixtures/films.ts';

describe('decode with chroma', () => {
  const folder = folderPerGroup();

  const names: FilmName[] = ['plain', 'fullRange', 'tenBit422', 'tenBitH264', 'twelveBit', 'gray', 'gray10', 'rgb', 'odd', 'vfr'];
  for (const name of names) {
    it(`${name}: luma, index and ticks are those of the film, chroma has its size`, async () => {
      const path = await makeFilm(name, folder);
      for (const ffmpeg of await everyFfmpeg()) {
        const film = await probeFilm(path, ffmpeg);
        const plain = decodeFrames(film, ffmpeg);
        let count = 0;
        for await (const { index, ticks, luma, cb, cr } of decodeColor(film, ffmpeg)) {
          const { value } = await plain.next();
          assert.ok(value && 'luma' in value);
          assert.deepEqual([index, ticks], [value.index, value.ticks]);
          assert.equal(
            Buffer.compare(Buffer.from(bytesOf(luma.data)), Buffer.from(bytesOf(value.luma.data))),
            0,
            `frame ${index}`,
          );
          for (const plane of [cb, cr]) assert.deepEqual([plane.width, plane.height], [luma.width, luma.height]);
          if (!film.storesChroma) assert.ok(cb.data.every(code => code === 2 ** (film.format.depth - 1)));
          count++;
        }
        assert.ok(count > 5);
        assert.ok((await plain.next()).done);
      }
    });
  }

  it('chroma of 4:2:0 is what ffmpeg brings up bilinearly', async () => {
    const path = await makeFilm('plain', folder);
    const [ffmpeg] = await everyFfmpeg();
    const film = await probeFilm(path, ffmpeg!);
    const whole = await decode(path, ['scale=flags=bilinear', 'format=yuv444p']);
    const parts: Uint8Array[] = [];
    for await (const { luma, cb, cr } of decodeColor(film, ffmpeg!))
      parts.push(...[luma, cb, cr].map(({ data }) => bytesOf(data)));
    assert.equal(Buffer.compare(Buffer.concat(parts), whole), 0);
  });

  it('the right half, and the frames after those left out', async () => {
    const path = await makeFilm('plain', folder);
    const [ffmpeg] = await everyFfmpeg();
    const film = await probeFilm(path, ffmpeg!);
    const all: ColorFrame[] = [];
    for await (const frame of decodeColor(film, ffmpeg!)) all.push(frame);
    const rest: ColorFrame[] = [];
    for await (const frame of decodeColor(film, ffmpeg!, { part: 'right', skip: 7 })) rest.push(frame);
    assert.equal(rest.length, all.length - 7);
    for (const [i, { index, ticks, cr }] of rest.entries()) {
      const whole = all[i + 7]!;
      assert.deepEqual([index, ticks, cr.width], [i, whole.ticks, 80]);
      assert.equal(cr.data[80 * 40 + 3], whole.cr.data[160 * 40 + 83]);
    }
  });
});

function bytesOf(samples: Uint8Array | Uint16Array): Uint8Array {
  return new Uint8Array(samples.buffer.slice(samples.byteOffset, samples.byteOffset + samples.byteLength) as ArrayBuffer);
}
