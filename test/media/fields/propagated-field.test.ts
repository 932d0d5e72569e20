import assert from 'node:assert/strict';
import { fieldOf } from '../../../harness/synthetic.ts';
import { CHROMA_UNITS, packField, unpackField, weightsOf } from '../../../src/media/fields/propagated-field.ts';

const SIZE = { width: 9, height: 7 };

describe('a propagated field', () => {
  const field = fieldOf(SIZE, (x, y) => [x / 8 - 0.5, 0.5 - y / 6, x / 8]);
  const packed = packField(field, cell => 10 ** (cell / 10 - 5));

  it('gives back what was packed: chroma within half a unit, trust and weight within a two-hundred-and-fiftieth part', () => {
    const back = unpackField(packed);
    for (const part of ['cb', 'cr'] as const) {
      assert.ok(back[part].every((value, i) => Math.abs(value - field[part][i]!) <= 0.51 / CHROMA_UNITS));
    }
    assert.ok(back.trust.every((trust, i) => Math.abs(trust - field.trust[i]!) <= trust / 250));
    assert.ok(weightsOf(packed).every((weight, i) => Math.abs(weight - 10 ** (i / 10 - 5)) <= weight / 250));
    assert.equal(back.trust[8], 1);
  });

  it('is the same when packed once more', () => {
    const weights = weightsOf(packed);
    assert.deepEqual(
      packField(unpackField(packed), cell => weights[cell]!),
      packed,
    );
  });
});
