import assert from 'node:assert/strict';
import { dice, formatOf } from '../../../harness/synthetic.ts';
import { rgbToChroma } from '../../../src/kernels/color/color.ts';
import { ownChroma } from '../../../src/kernels/color/own-chroma.ts';
import { grayPlane } from '../../../src/media/fields/plane.ts';

const [WIDTH, HEIGHT] = [64, 40];
const FORMAT = formatOf({ width: WIDTH, height: HEIGHT });

describe('ownChroma', () => {
  /** A frame and its picture as any player shows it: 8 bit, clipped; `lift`: levels that somebody made it lighter by. */
  const shown = (chroma: (i: number) => readonly [cb: number, cr: number], level: (i: number) => number, lift = 0) => {
    const luma = grayPlane(WIDTH, HEIGHT);
    const rgb = new Uint8ClampedArray(WIDTH * HEIGHT * 3);
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      luma.data[i] = level(i);
      const y = (level(i) - 16) / 219 + lift / 255;
      const [cb, cr] = chroma(i);
      rgb.set(
        [y + 1.5748 * cr, y - 0.18732 * cb - 0.46812 * cr, y + 1.8556 * cb].map(v => 255 * v),
        3 * i,
      );
    }
    return { luma, rgb: new Uint8Array(rgb) };
  };
  const misses = (
    found: { cb: { data: Float32Array }; cr: { data: Float32Array } },
    chroma: (i: number) => readonly [number, number],
  ) => {
    let sum = 0;
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      sum += (found.cb.data[i]! - chroma(i)[0]) ** 2 + (found.cr.data[i]! - chroma(i)[1]) ** 2;
    }
    return Math.sqrt(sum / (2 * WIDTH * HEIGHT));
  };
  const random = dice(11);
  const noise = Array.from({ length: WIDTH * HEIGHT }, () => [random() - 0.5, random() - 0.5, random()] as const);
  const mild = (i: number) => [noise[i]![0] * 0.1, noise[i]![1] * 0.1] as const;
  const dark = (i: number) => [-0.08 + 0.02 * noise[i]![0], 0.1 + 0.02 * noise[i]![1]] as const;
  const middle = (i: number) => 90 + Math.round(60 * noise[i]![2]);
  /** One pixel in thirty is so dark that one channel is clipped. */
  const mostlyMiddle = (i: number) => (i % 30 === 0 ? 38 : middle(i));
  const plain = (rgb: Uint8Array) => rgbToChroma(rgb, WIDTH, HEIGHT, { matrix: 'bt709', depth: 8 });

  it('misses less than the picture alone, whose luma is rounded, too', () => {
    const { luma, rgb } = shown(mild, middle);
    assert.ok(misses(ownChroma(rgb, luma, FORMAT, 8), mild) < 0.95 * misses(plain(rgb), mild));
  });

  it('finds what a clipped channel lost', () => {
    const { luma, rgb } = shown(dark, mostlyMiddle);
    const [own, alone] = [misses(ownChroma(rgb, luma, FORMAT, 8), dark), misses(plain(rgb), dark)];
    assert.ok(own < 0.6 * alone, `${own} against ${alone}`);
  });

  it('reads a picture of other luma as it is', () => {
    const { luma, rgb } = shown(mild, middle, 9);
    const [own, alone] = [ownChroma(rgb, luma, FORMAT, 8), plain(rgb)];
    assert.deepEqual(own.cb.data, alone.cb.data);
    assert.deepEqual(own.cr.data, alone.cr.data);
  });

  it('knows 16 bits', () => {
    const { luma, rgb } = shown(mild, middle);
    const deep = Uint16Array.from(rgb, value => value * 257);
    const [own, eight] = [ownChroma(deep, luma, FORMAT, 16), ownChroma(rgb, luma, FORMAT, 8)];
    assert.ok(own.cb.data.every((value, i) => Math.abs(value - eight.cb.data[i]!) < 1e-5));
  });
});
