/**
 * A minimal Matroska writer for one video track: it passes pictures to ffmpeg in coding order with exact times (RFC 9559).
 * Every packet has its own cluster, because a cluster's time is a whole number of any size while a block's has 16 bits.
 */

/** A video track as stored in its container. `video` is the body of the Video element: size, aspect, fields, colour. */
export interface MatroskaTrack {
  readonly codecId: string;
  readonly codecPrivate: Buffer | undefined;
  readonly video: Buffer;
  /** Nanoseconds that a frame lasts, where all last equally long. */
  readonly frameDuration?: number;
}

/** One coded picture. Times are whole numbers >= 0 in units of the file's timestamp scale; duration undefined: unknown. */
export interface MatroskaPacket {
  readonly time: number;
  readonly duration: number | undefined;
  readonly key: boolean;
  readonly data: Buffer;
}

/** Element ids with their length marker, as listed in RFC 9559. */
export const ID = {
  ebml: 0x1a45dfa3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  defaultDuration: 0x23e383,
  flagLacing: 0x9c,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  video: 0xe0,
  cluster: 0x1f43b675,
  clusterTime: 0xe7,
  blockGroup: 0xa0,
  block: 0xa1,
  simpleBlock: 0xa3,
  blockDuration: 0x9b,
  referenceBlock: 0xfb,
  flagInterlaced: 0x9a,
  fieldOrder: 0x9d,
} as const;

/** Everything before the first packet. `timestampScale`: nanoseconds that one unit of time lasts, a whole number >= 1. */
export function matroskaHeader(track: MatroskaTrack, timestampScale: number): Buffer {
  const entry = [
    element(ID.trackNumber, whole(1)),
    element(ID.trackUid, whole(1)),
    element(ID.trackType, whole(1)),
    element(ID.flagLacing, whole(0)),
    ...(track.frameDuration === undefined ? [] : [element(ID.defaultDuration, whole(track.frameDuration))]),
    element(ID.codecId, Buffer.from(track.codecId, 'ascii')),
    ...(track.codecPrivate ? [element(ID.codecPrivate, track.codecPrivate)] : []),
    element(ID.video, track.video),
  ];
  return Buffer.concat([
    element(
      ID.ebml,
      element(ID.docType, Buffer.from('matroska')),
      element(ID.docTypeVersion, whole(4)),
      element(ID.docTypeReadVersion, whole(2)),
    ),
    idBytes(ID.segment),
    UNKNOWN_SIZE,
    element(
      ID.info,
      element(ID.timestampScale, whole(timestampScale)),
      element(ID.muxingApp, Buffer.from('kinemacolor')),
      element(ID.writingApp, Buffer.from('kinemacolor')),
    ),
    element(ID.tracks, element(ID.trackEntry, ...entry)),
  ]);
}

/** The bytes before a packet's data. The data itself follows without a copy. */
export function matroskaPacketHead(packet: MatroskaPacket): Buffer {
  const after = Buffer.concat([
    ...(packet.duration === undefined ? [] : [element(ID.blockDuration, whole(packet.duration))]),
    ...(packet.key ? [] : [element(ID.referenceBlock, Buffer.from([0xff]))]), // -1: depends on an earlier picture
  ]);
  const blockHead = Buffer.from([0x81, 0, 0, 0]); // track 1, at the cluster's own time
  const block = [idBytes(ID.block), sizeBytes(blockHead.length + packet.data.length), blockHead];
  // Elements of a group may come in any order: with the block last, the data are the last bytes.
  const group = Buffer.concat([after, ...block]);
  const groupSize = group.length + packet.data.length;
  const time = element(ID.clusterTime, whole(packet.time));
  const groupHead = Buffer.concat([idBytes(ID.blockGroup), sizeBytes(groupSize)]);
  return Buffer.concat([idBytes(ID.cluster), sizeBytes(time.length + groupHead.length + groupSize), time, groupHead, group]);
}

const UNKNOWN_SIZE = Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

/** One element: id, size, body. */
export function element(id: number, ...body: Buffer[]): Buffer {
  const size = body.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([idBytes(id), sizeBytes(size), ...body]);
}

function idBytes(id: number): Buffer {
  return unpadded(BigInt(id));
}

/** A size in eight bytes, which is always allowed. */
function sizeBytes(size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE((1n << 56n) | BigInt(size));
  return bytes;
}

function whole(value: number): Buffer {
  return unpadded(BigInt(value));
}

/** Big-endian without leading zeros, at least one byte. */
function unpadded(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  const start = bytes.findIndex(byte => byte !== 0);
  return bytes.subarray(start < 0 ? 7 : start);
}
