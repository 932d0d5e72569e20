import assert from 'node:assert/strict';
import { decodeFormat, pixelLayout } from '../../../src/media/film/pixel-format.ts';

describe('pixel formats', () => {
  it('know the size of a picture without padding, odd sizes rounded up', () => {
    const bytes = (name: string) => pixelLayout(name)!.pictureBytes(641, 361);
    const luma = 641 * 361;
    assert.equal(bytes('gray'), luma);
    assert.equal(bytes('gray12le'), 2 * luma);
    assert.equal(bytes('yuv420p'), luma + 2 * 321 * 181);
    assert.equal(bytes('yuvj422p'), luma + 2 * 321 * 361);
    assert.equal(bytes('yuv440p'), luma + 2 * 641 * 181);
    assert.equal(bytes('yuv411p'), luma + 2 * 161 * 361);
    assert.equal(bytes('yuv444p10le'), 6 * luma);
    assert.equal(pixelLayout('yuv422p10le')!.depth, 10);
  });

  it('keep what is planar, reorder what holds the same samples, convert what has no luma', () => {
    const message: [string, string, string][] = [
      ['yuv420p10le', 'yuv420p10le', 'kept'],
      ['yuv420p10be', 'yuv420p10le', 'reordered'],
      ['yuva444p12le', 'yuv444p12le', 'reordered'],
      ['nv12', 'yuv420p', 'reordered'],
      ['uyvy422', 'yuv422p', 'reordered'],
      ['p010le', 'yuv420p10le', 'reordered'],
      ['ya8', 'gray', 'reordered'],
      ['bgra', 'yuv444p', 'converted'],
      ['pal8', 'yuv444p', 'converted'],
      ['gbrp10le', 'yuv444p10le', 'converted'],
      ['rgb48le', 'yuv444p12le', 'converted'],
      ['xyz12le', 'yuv444p12le', 'converted'],
      ['monob', 'gray', 'converted'],
    ];
    for (const [source, name, how] of message) assert.deepEqual(decodeFormat(source), { name, how }, source);
    assert.equal(decodeFormat('vaapi'), undefined);
    assert.equal(pixelLayout('nv12'), undefined);
  });
});
