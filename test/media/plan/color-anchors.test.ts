import assert from 'node:assert/strict';
import { anchorsSchema, type ColorAnchor, readAnchors, writeAnchors } from '../../../src/media/plan/color-anchors.ts';

const ANCHOR: ColorAnchor = { features: [0.6, -0.8, 0], luma: 0.3, x: 0.25, y: 1, cb: -0.125, cr: 0.5, weight: 0.9 };

describe('colour anchors of a plan', () => {
  it('come back as they were written, rounded, and the second time exactly', () => {
    const written = anchorsSchema.parse(JSON.parse(JSON.stringify(writeAnchors([ANCHOR, { ...ANCHOR, cr: -0.5 }]))));
    const [first, second] = readAnchors(written);
    for (const name of ['luma', 'x', 'y', 'weight'] as const) assert.ok(Math.abs(first![name] - ANCHOR[name]) <= 0.5 / 255, name);
    for (const name of ['cb', 'cr'] as const) assert.ok(Math.abs(first![name] - ANCHOR[name]) < 1e-5, name);
    for (const [k, value] of ANCHOR.features.entries()) assert.ok(Math.abs(first!.features[k]! - value) <= 0.5 / 127);
    assert.equal(second!.cr, -0.5);
    assert.deepEqual(writeAnchors([first!, second!]), written);
  });
  it('are refused where they are none, too many, cut short or out of range', () => {
    const { channels, data } = writeAnchors([ANCHOR]);
    const beyond = Buffer.from(data, 'base64');
    beyond.writeInt16LE(-32768, beyond.length - 2);
    const wrong = [
      { channels, data: '' },
      { channels, data: 'not base64!' },
      { channels: channels + 1, data },
      { channels: 0, data },
      { channels: 33, data },
      { channels, data: Buffer.from(data, 'base64').subarray(1).toString('base64') },
      { channels, data: beyond.toString('base64') },
      { ...writeAnchors(Array.from({ length: 1000 }, () => ANCHOR)) },
      { channels, data, more: 1 },
    ];
    for (const anchors of wrong)
      assert.equal(anchorsSchema.safeParse(anchors).success, false, JSON.stringify(anchors).slice(0, 80));
  });
});
