import assert from 'node:assert/strict';
import { HUE_BINS, hueScope, joinScopes, SCOPE_CELLS, SKIN_LINE, skinMeasure } from '../../../src/kernels/measures/hue-scope.ts';

/** R'G'B' of BT.709 of a luma and of chroma by its hue in degrees and its length. */
function color(luma: number, hue: number, length: number): number[] {
  const [cb, cr] = [length * Math.cos((hue * Math.PI) / 180), length * Math.sin((hue * Math.PI) / 180)];
  const [r, b] = [luma + 1.5748 * cr, luma + 1.8556 * cb];
  return [r, (luma - 0.2126 * r - 0.0722 * b) / 0.7152, b].map(value => Math.round(value * 255));
}
/** Pixels of these colours, as many of each as said. */
const picture = (...parts: readonly (readonly [count: number, color: readonly number[]])[]) =>
  parts.flatMap(([count, rgb]) => Array.from({ length: count }, () => [...rgb, 255]).flat());
const GRAY = [128, 128, 128];

describe('the scope of hues', () => {
  it('a colour lies at its hue in the histogram and at its chroma in the vectorscope', () => {
    const { hues, cells, pixels } = hueScope(picture([50, color(0.5, 45, 0.1)]));
    assert.equal(pixels, 50);
    assert.equal(hues.indexOf(Math.max(...hues)), Math.floor((45 / 360) * HUE_BINS));
    const cell = cells.indexOf(50);
    const [row, column] = [Math.floor(cell / SCOPE_CELLS), cell % SCOPE_CELLS];
    const chroma = 0.1 * Math.SQRT1_2; // both ways, of 0.25 to the edge
    assert.ok(Math.abs(column + 0.5 - (0.5 + chroma / 0.5) * SCOPE_CELLS) <= 1, `column ${column}`);
    assert.ok(Math.abs(row + 0.5 - (0.5 - chroma / 0.5) * SCOPE_CELLS) <= 1, `row ${row}`);
  });
  it('gray has no hue and is no skin', () => {
    const scope = hueScope(picture([100, GRAY]));
    assert.ok(Math.max(...scope.hues) < 1e-9);
    assert.equal(skinMeasure(scope), undefined);
  });
  it('skin of photographs, light and dark, lies on its line within a few degrees', () => {
    for (const skin of [
      [198, 134, 106],
      [224, 172, 145],
      [141, 85, 62],
      [90, 60, 45],
    ]) {
      const { off } = skinMeasure(hueScope(picture([30, skin], [70, GRAY])))!;
      assert.ok(Math.abs(off) < 8, `${skin} is ${off} degrees off`);
    }
  });
  it('what is off the line by an angle measures as off by that angle, on either side', () => {
    for (const off of [-25, -12, -5, 0, 5, 12, 25]) {
      const found = skinMeasure(hueScope(picture([30, color(0.5, SKIN_LINE + off, 0.12)], [70, GRAY])))!;
      assert.ok(Math.abs(found.off - off) < 2, `${off} measures as ${found.off}`);
      assert.ok(Math.abs(found.share - 0.3) < 1e-9);
    }
  });
  it('grass, sky, garish orange, black and white are not taken for skin, nor is a speck of it', () => {
    const others = [
      color(0.5, 200, 0.12),
      color(0.6, 330, 0.1),
      color(0.5, SKIN_LINE, 0.3),
      color(0.1, SKIN_LINE, 0.05),
      [255, 255, 250],
    ];
    for (const other of others) assert.equal(skinMeasure(hueScope(picture([100, other]))), undefined, String(other));
    assert.equal(skinMeasure(hueScope(picture([1, color(0.5, SKIN_LINE, 0.12)], [200, GRAY]))), undefined);
  });
  it('of several pictures together is that of all their pixels', () => {
    const [one, other] = [picture([20, color(0.5, 120, 0.1)]), picture([40, color(0.4, 300, 0.05)])];
    const [joined, whole] = [joinScopes([hueScope(one), hueScope(other)]), hueScope([...one, ...other])];
    assert.deepEqual([joined.pixels, joined.cells, joined.skin.pixels], [whole.pixels, whole.cells, whole.skin.pixels]);
    for (const [bin, sum] of whole.hues.entries()) assert.ok(Math.abs(joined.hues[bin]! - sum) < 1e-9);
  });
});
