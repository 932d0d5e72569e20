import assert from 'node:assert/strict';
import { noteIn, withNote } from '../../../../src/adapters/pictures/metadata/xmp-note.ts';

const NOTE = { text: 'Colour by <us> & "them".', fingerprint: 'ab12' };
const OTHER = { text: 'Again.', fingerprint: 'cd34' };
const packet = (inner: string) =>
  `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inner}</r:RDF></x:xmpmeta><?xpacket end="w"?>`;

describe('the note in XMP', () => {
  it('stands in a packet of its own where there was none, and is found again', () => {
    const xmp = withNote(undefined, NOTE)!;
    assert.equal(noteIn(xmp), 'ab12');
    assert.match(xmp, /^<\?xpacket begin="\ufeff"[\s\S]*<\?xpacket end="w"\?>$/);
    assert.match(xmp, /kinemacolor:Colour="Colour by &lt;us&gt; &amp; &quot;them&quot;\."/);
    assert.match(xmp, /DigitalSourceType="http:\/\/cv\.iptc\.org\/[^"]*compositeWithTrainedAlgorithmicMedia"/);
  });

  it('leaves what was said before as it was, under the same name of the picture', () => {
    const before = '<r:Description r:about="uuid:7" xmlns:dc="x" dc:title="Ä &lt;"/>';
    const xmp = withNote(packet(before), NOTE)!;
    assert.ok(xmp.includes(before));
    assert.match(xmp, /rdf:about="uuid:7" xmlns:kinemacolor/);
  });

  it('is replaced, not doubled, when a result is coloured again', () => {
    const twice = withNote(withNote(packet(''), NOTE), OTHER)!;
    assert.equal(noteIn(twice), 'cd34');
    assert.equal(twice.match(/kinemacolor:Fingerprint/g)!.length, 1);
  });

  it('says upright, and does not overrule what another said of the source', () => {
    const xmp = withNote(
      packet('<r:Description tiff:Orientation="6" DigitalSourceType="mine"/><tiff:Orientation>8</tiff:Orientation>'),
      NOTE,
    )!;
    assert.match(xmp, /tiff:Orientation="1"/);
    assert.match(xmp, /<tiff:Orientation>1</);
    assert.doesNotMatch(xmp, /cv\.iptc\.org/);
  });

  it('takes no packet that it does not understand', () => {
    assert.equal(withNote('not XMP', NOTE), undefined);
    assert.equal(noteIn('not XMP'), undefined);
    assert.equal(noteIn(undefined), undefined);
  });
});
