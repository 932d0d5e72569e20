import assert from 'node:assert/strict';
import { ycbcrToRgb8 } from '../../../src/kernels/color/color.ts';
import { gradeChroma, ungradeChroma } from '../../../src/kernels/color/grade-chroma.ts';
import { regradeOf, regradePicture } from '../../../src/kernels/color/regrade-picture.ts';
import { loadKernels } from '../../../src/kernels/wasm/wasm-kernels.ts';
import { chromaField } from '../../../src/media/fields/chroma-field.ts';
import { integerPlane } from '../../../src/media/fields/plane.ts';
import type { PictureFormat } from '../../../src/media/film/frame.ts';
import type { Grade } from '../../../src/media/plan/grade.ts';
import { finishChroma } from '../../../src/stages/propagate/finish.ts';

const SIZE = { width: 192, height: 108 };
const FORMAT: PictureFormat = { ...SIZE, depth: 8, matrix: 'bt709', range: 'limited', timebase: { num: 1, den: 25 } };
/**
 * In 8-bit code values of RGB: what rounding makes of it, in the mean and at most. Where a pale range of hues is made stronger again,
 * the rounding of its hue is, too.
 */
const MEAN = 1;
const MOST = { given: 7, undone: 16 };

const GRADES: readonly (readonly [name: string, from: Grade, to: Grade])[] = [
  ['more saturation', {}, { saturation: 1.6 }],
  ['gray', {}, { saturation: 0 }],
  ['dark places faded', {}, { darkGuard: 0.4 }],
  ['warmer', {}, { warmth: 0.8 }],
  ['from warm and pale to cold and full', { saturation: 0.6, warmth: 0.5 }, { saturation: 1.3, warmth: -0.4 }],
  ['a range of hues less saturated', {}, { hues: [{ from: 76, to: 202, saturation: 0.3 }] }],
  ['a range of hues turned', {}, { hues: [{ from: 40, to: 220, turn: 25 }] }],
  ['back from a range of hues', { hues: [{ from: 40, to: 220, saturation: 0.5 }] }, {}],
];

import { LOOKS } from '../../../src/options.ts';

describe('a picture whose grade is changed', () => {
  for (const [name, from, to] of GRADES)
    it(`is the picture rendered with that grade: ${name}`, async () => {
      const kernels = await loadKernels();
      const luma = integerPlane(SIZE.width, SIZE.height, 8);
      for (let i = 0; i < luma.data.length; i++) luma.data[i] = 40 + ((i % SIZE.width) * 150) / SIZE.width;
      const color = chromaField(64, 36);
      color.trust.fill(1);
      for (let i = 0; i < color.cb.length; i++) {
        color.cb[i] = 0.12 * Math.sin((i % 64) / 9);
        color.cr[i] = 0.12 * Math.cos(i / 64 / 7);
      }
      const gray = kernels.boxDecimate(luma, 3, 8);
      const rendered = (grade: Grade) => {
        const frame = { index: 0, ticks: 0, luma };
        const chroma = finishChroma(kernels, {
          frame,
          gray,
          color,
          format: FORMAT,
          subsampling: '444',
          grade: { grade, cube: undefined },
        });
        return ycbcrToRgb8({ luma, ...chroma }, FORMAT);
      };
      const wanted = rendered(to);
      const rgba = withOpacity(rendered(from));
      regradePicture(rgba, regradeOf(from, to)!, 'bt709');
      const before = rendered(from);
      const gaps = [...wanted.keys()].flatMap(at => {
        const pixel = at - (at % 3);
        // Beyond black and white of a channel it is not known how far.
        if (before.subarray(pixel, pixel + 3).some(value => value === 0 || value === 255)) return [];
        return [Math.abs(wanted[at]! - rgba[(pixel / 3) * 4 + (at % 3)]!)];
      });
      assert.ok(gaps.length > wanted.length / 2);
      assert.ok(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length <= MEAN, 'mean');
      const most = Math.max(...gaps);
      assert.ok(most <= (from.hues ? MOST.undone : MOST.given), `most: ${most}`);
    });

  it('where no saturation was left it cannot be known what was there', () => {
    assert.equal(regradeOf({ saturation: 0 }, {}), undefined);
    assert.equal(regradeOf({ look: null }, { look: LOOKS[0] }), undefined, 'another look');
    assert.ok(regradeOf({ look: LOOKS[0] }, { look: LOOKS[0], saturation: 2 }), 'the same look');
  });

  it('a grade is undone: what was graded comes back, but at the fading ends of a turned range', () => {
    const field = chromaField(36, 1);
    for (let i = 0; i < 36; i++) {
      field.cb[i] = 0.1 * Math.cos((i * Math.PI) / 18);
      field.cr[i] = 0.1 * Math.sin((i * Math.PI) / 18);
    }
    const gray = { width: 36, height: 1, data: new Uint8Array(36).fill(128) };
    const grade: Grade = { saturation: 0.7, warmth: 0.3, hues: [{ from: 0, to: 360, saturation: 1.2, turn: 40 }] };
    const back = ungradeChroma(gradeChroma(field, { grade, cube: undefined }, { gray, matrix: 'bt709', range: 'full' }), grade)!;
    for (let i = 0; i < 36; i++) assert.ok(Math.hypot(back.cb[i]! - field.cb[i]!, back.cr[i]! - field.cr[i]!) < 1e-5);
  });
});

function withOpacity(rgb: Uint8Array): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: (rgb.length / 3) * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : rgb[Math.floor(at / 4) * 3 + (at % 4)]!,
  );
}
