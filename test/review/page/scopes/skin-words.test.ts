import assert from 'node:assert/strict';
import { skinInWords } from '../../../../src/review/page/scopes/skin-words.ts';

const frame = (number: number, off?: number) => ({
  frame: number,
  skin: off === undefined ? undefined : { share: 0.1, off },
});

describe('what is said of skin', () => {
  it('nothing near the line', () => {
    assert.deepEqual(skinInWords([frame(3)]), { kind: 'none', text: 'No colour near the skin line to speak of.', frames: [] });
  });
  it('on the line, by the farthest frame', () => {
    const { kind, text, frames } = skinInWords([frame(3, 2), frame(9, -7.4), frame(12)]);
    assert.deepEqual([kind, text, frames], ['fine', 'Colours that may be skin lie within 7° of the skin line.', []]);
  });
  it('off the line: which frames, how far at most, which way, and that it may be no skin', () => {
    const { kind, text, frames } = skinInWords([frame(3, 2), frame(9, 14), frame(12, 10), frame(15, 18)]);
    assert.deepEqual([kind, frames], ['warning', [9, 15]]);
    assert.match(text, /up to 18° off the skin line, toward yellow \(more than 10° is warned of\)/);
    assert.match(text, /Wood, sand and brick/);
    assert.match(skinInWords([frame(1, -12)]).text, /12° off the skin line, toward red/);
  });
});
