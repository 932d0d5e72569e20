/** A note in a picture's XMP (ISO 16684-1): its colour is synthetic, how it was made, and what identifies the result. */
export interface SyntheticNote {
  /** For people, one sentence. */
  readonly text: string;
  /** Equal for the same source, model and settings: the result need not be made again. */
  readonly fingerprint: string;
}

const NAMESPACE = 'urn:kinemacolor:1';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
/** IPTC's term for a picture to which a trained model has added something; archives and search engines look for it. */
const SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';
const OURS = /\s*<rdf:Description[^>]*xmlns:kinemacolor="urn:kinemacolor:1"[^>]*\/>/g;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * An XMP packet with the note added and everything else unchanged; a new packet where there is none. The orientation is set to
 * upright, like the picture. undefined where the packet cannot be extended.
 */
export function withNote(xmp: string | undefined, { text, fingerprint }: SyntheticNote): string | undefined {
  const packet = xmp?.replace(OURS, '') ?? emptyPacket();
  const end = /<\/[\w.-]+:RDF>(?![\s\S]*<\/[\w.-]+:RDF>)/.exec(packet);
  if (!end) return undefined;
  const about = /\b[\w.-]+:about="([^"]*)"/.exec(packet)?.[1] ?? '';
  const type = packet.includes('DigitalSourceType')
    ? ''
    : ` xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" Iptc4xmpExt:DigitalSourceType="${SOURCE_TYPE}"`;
  const note = `<rdf:Description xmlns:rdf="${RDF}" rdf:about="${about}" xmlns:kinemacolor="${NAMESPACE}" kinemacolor:Colour="${escaped(text)}" kinemacolor:Fingerprint="${fingerprint}"${type}/>\n`;
  const noted = packet.slice(0, end.index) + note + packet.slice(end.index);
  return noted.replace(/(tiff:Orientation=")\d+(")/g, '$11$2').replace(/(<tiff:Orientation>)\d+(<\/tiff:Orientation>)/g, '$11$2');
}

/** The fingerprint in a note that Kinemacolor wrote; undefined where there is none. */
export function noteIn(xmp: string | undefined): string | undefined {
  return /kinemacolor:Fingerprint="([0-9a-f]+)"/.exec(xmp ?? '')?.[1];
}

function emptyPacket(): string {
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}">\n</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>`;
}
