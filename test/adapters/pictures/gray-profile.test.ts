import assert from 'node:assert/strict';
import sharp from 'sharp';
import { grayCodes, isSrgb } from '../../../src/adapters/pictures/gray-profile.ts';
import { srgbProfile } from '../../../src/adapters/pictures/still-file.ts';
import { ADOBE_RGB, curveTag, formulaTag, iccProfile, imageOf, pngWithProfile } from '../../fixtures/stills.ts';

const gray = (curve: Buffer) => iccProfile('GRAY', { kTRC: curve });
const toSrgb = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

describe('gray profiles', () => {
  it('the curve of sRGB itself changes no code, at 8 and at 16 bit', () => {
    const profile = gray(formulaTag(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045));
    for (const depth of [8, 16] as const) {
      const codes = grayCodes(profile, depth)!;
      const worst = Array.from(codes).reduce((most, code, i) => Math.max(most, Math.abs(code - i)), 0);
      assert.ok(worst <= (depth === 8 ? 0 : 6), `${depth} bit: ${worst}`); // the profile's numbers have 16 bits behind the point
    }
  });

  it('a gamma, a formula and a table of the same curve give the same codes, by the definition', () => {
    const table = Array.from({ length: 1024 }, (_, i) => (i / 1023) ** 1.8);
    for (const curve of [curveTag(1.8), formulaTag(0, 1.8), curveTag(...table)]) {
      const codes = grayCodes(gray(curve), 16)!;
      for (const code of [0, 2000, 20000, 32896, 51400, 65535]) {
        const wanted = 65535 * toSrgb((code / 65535) ** 1.8);
        assert.ok(Math.abs(codes[code]! - wanted) < 40, `${code}: ${codes[code]}, expected ${wanted}`);
      }
    }
  });

  it('agrees with a colour engine (lcms, through libvips) at 8 bit', async () => {
    const profile = gray(curveTag(2.2));
    const ramp = Uint8Array.from({ length: 256 }, (_, i) => i);
    const png = await imageOf({ width: 256, height: 1, channels: 1, depth: 8, data: ramp }).png().toBuffer();
    const { data, info } = await sharp(pngWithProfile(png, profile))
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const codes = grayCodes(profile, 8)!;
    const worst = Array.from(codes).reduce((most, code, i) => Math.max(most, Math.abs(code - data[i * info.channels]!)), 0);
    assert.ok(worst <= 2, `off by ${worst}`);
    assert.notDeepEqual([...codes], [...ramp]);
  });

  it('tells sRGB by its description, and takes no profile of another kind, nor a damaged one', async () => {
    assert.equal(isSrgb(await srgbProfile()), true);
    assert.equal(isSrgb(ADOBE_RGB), false);
    assert.equal(grayCodes(ADOBE_RGB, 8), undefined);
    assert.equal(grayCodes(gray(curveTag(1.8)).subarray(0, 150), 8), undefined);
    assert.equal(grayCodes(Buffer.alloc(0), 8), undefined);
    assert.equal(isSrgb(Buffer.from('not a profile')), false);
  });
});
