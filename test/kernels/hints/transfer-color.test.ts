import assert from 'node:assert/strict';
import { type ReferenceColor, transferColor } from '../../../src/kernels/hints/transfer-color.ts';
import { type ChromaField, chromaField } from '../../../src/media/fields/chroma-field.ts';
import type { FeatureMap } from '../../../src/media/fields/feature-map.ts';
import { grayPlane, type Plane } from '../../../src/media/fields/plane.ts';

const DARK = 60;
const LIGHT = 190;

/** Stripes, dark and light in turn, `stripe` cells wide. */
function stripes(width: number, height: number, stripe: number): Plane<Uint8Array> {
  const gray = grayPlane(width, height);
  for (let i = 0; i < gray.data.length; i++) gray.data[i] = Math.floor((i % width) / stripe) % 2 === 0 ? DARK : LIGHT;
  return gray;
}
function field({ width, height }: { width: number; height: number }, cb: (i: number) => number): ChromaField {
  const out = chromaField(width, height);
  for (let i = 0; i < out.cb.length; i++) out.cb[i] = cb(i);
  out.trust.fill(1);
  return out;
}
/** What is dark is blue, what is light is yellow; the model says the same muted tint of all. */
function blueShadows(gray: Plane<Uint8Array>): ReferenceColor {
  return {
    gray,
    automatic: field(gray, () => 0.01),
    color: field(gray, i => (gray.data[i]! < 128 ? 0.1 : -0.1)),
    features: undefined,
  };
}
/** Two cells beside each other, which show two things that have nothing in common. */
const TWO_THINGS: FeatureMap = { width: 2, height: 1, channels: 2, data: Float32Array.of(1, 0, 0, 1) };
const TURNED: FeatureMap = { ...TWO_THINGS, data: Float32Array.of(0, 1, 1, 0) };

describe('colour borrowed from a reference', () => {
  const gray = stripes(96, 54, 24);
  const automatic = field(gray, () => 0.01);
  /** The middle of a dark and of a light stripe. */
  const [dark, light] = [27 * 96 + 12, 27 * 96 + 36];

  it('gives like things like colour, whatever the size of the reference and wherever they lie', () => {
    for (const reference of [stripes(96, 54, 24), stripes(64, 64, 16), stripes(163, 91, 41)]) {
      const out = transferColor({ gray, automatic, features: undefined }, [blueShadows(reference)]);
      assert.ok(out.cb[dark]! > 0.07, `dark ${out.cb[dark]}`);
      assert.ok(out.cb[light]! < -0.07, `light ${out.cb[light]}`);
      assert.ok(out.cr.every(value => value === 0) && out.trust.every(trust => trust === 1));
    }
  });

  it('changes nothing where the model is right about the reference', () => {
    const right = { gray, automatic: field(gray, () => 0.01), color: field(gray, () => 0.01), features: undefined };
    assert.deepEqual(transferColor({ gray, automatic, features: undefined }, [right]).cb, automatic.cb);
  });

  it('leaves what is like nothing in the reference', () => {
    const black = grayPlane(40, 40);
    const out = transferColor({ gray, automatic, features: undefined }, [
      { gray: black, automatic: field(black, () => 0.01), color: field(black, () => 0.2), features: undefined },
    ]);
    assert.ok(Math.abs(out.cb[light]! - 0.01) < 1e-4, `light ${out.cb[light]}`);
  });
  it('two references that agree change as much as one, two that disagree change less', () => {
    const shown = (...colors: readonly number[]) => {
      const references = colors.map(cb => ({
        gray,
        automatic: field(gray, () => 0),
        color: field(gray, () => cb),
        features: undefined,
      }));
      return transferColor({ gray, automatic: field(gray, () => 0), features: undefined }, references).cb[light]!;
    };
    assert.ok(Math.abs(shown(0.1, 0.1) - shown(0.1)) < 1e-6);
    assert.ok(Math.abs(shown(0.08, 0.1) - 0.09) < 0.01, `${shown(0.08, 0.1)}`);
    assert.ok(Math.abs(shown(0.2, -0.1)) < 0.02, `${shown(0.2, -0.1)}`);
  });

  it('tells things apart that look alike where the model sees what they are', () => {
    const flat = grayPlane(96, 54);
    flat.data.fill(128);
    const half = (i: number) => (i % 96 < 48 ? 0.1 : -0.1);
    const reference = { gray: flat, automatic: field(flat, () => 0.01), color: field(flat, half), features: TWO_THINGS };
    const [left, right] = [27 * 96 + 12, 27 * 96 + 84];
    for (const [features, sign] of [
      [TWO_THINGS, 1],
      [TURNED, -1],
    ] as const) {
      const { cb } = transferColor({ gray: flat, automatic, features }, [reference]);
      assert.ok(sign * cb[left]! > 0.08, `left ${cb[left]}`);
      assert.ok(sign * cb[right]! < -0.07, `right ${cb[right]}`);
    }
  });

  it('takes nothing from what is not painted', () => {
    const reference = blueShadows(gray);
    for (let i = 0; i < gray.data.length; i++) if (gray.data[i] === LIGHT) reference.color.trust[i] = 0;
    const out = transferColor({ gray, automatic, features: undefined }, [reference]);
    assert.ok(out.cb[dark]! > 0.07);
    assert.ok(Math.abs(out.cb[light]! - 0.01) < 0.01, `light ${out.cb[light]}`);
  });

  it('a mirrored reference lends the same', () => {
    const mirrored = grayPlane(96, 54);
    for (let i = 0; i < gray.data.length; i++) mirrored.data[i] = gray.data[Math.floor(i / 96) * 96 + 95 - (i % 96)]!;
    const [one, other] = [
      transferColor({ gray, automatic, features: undefined }, [blueShadows(gray)]),
      transferColor({ gray, automatic, features: undefined }, [blueShadows(mirrored)]),
    ];
    for (let i = 0; i < one.cb.length; i++) assert.ok(Math.abs(one.cb[i]! - other.cb[i]!) < 1e-5, `at ${i}`);
  });
});
