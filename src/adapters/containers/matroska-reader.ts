import { KinemacolorError } from '../../errors.ts';
import { ID, type MatroskaPacket, type MatroskaTrack } from './matroska-writer.ts';

export type MatroskaPart =
  | { readonly kind: 'track'; readonly track: MatroskaTrack; readonly timestampScale: number }
  | { readonly kind: 'packet'; readonly packet: MatroskaPacket };

/** Matroska's default: one unit lasts a millisecond. */
const DEFAULT_SCALE = 1_000_000;

/**
 * Read a Matroska stream of one video track, as written by ffmpeg or `matroskaHeader`: the track, then every packet in stored
 * order. Throws `internal` on any other bytes, or where an element is cut off.
 */
export async function* readMatroska(chunks: AsyncIterable<Buffer>): AsyncGenerator<MatroskaPart> {
  const bytes = byteQueue(chunks);
  let scale = DEFAULT_SCALE;
  let clusterTime = 0;
  for (;;) {
    const head = await elementHead(bytes);
    if (!head) return;
    if (head.id === ID.segment || head.id === ID.cluster) continue; // their children follow; where they end does not matter
    if (head.size === undefined) throw broken(`element ${head.id.toString(16)} without a size`);
    const body = await bytes.take(head.size);
    if (head.id === ID.info) scale = scaleOf(body);
    else if (head.id === ID.tracks) yield { kind: 'track', track: trackOf(body), timestampScale: scale };
    else if (head.id === ID.clusterTime) clusterTime = whole(body);
    else if (head.id === ID.simpleBlock) yield { kind: 'packet', packet: simpleBlock(body, clusterTime) };
    else if (head.id === ID.blockGroup) yield { kind: 'packet', packet: blockGroup(body, clusterTime) };
  }
}

function scaleOf(info: Buffer): number {
  const stated = [...elementsOf(info)].find(child => child.id === ID.timestampScale);
  return stated ? whole(stated.body) : DEFAULT_SCALE;
}

function trackOf(tracks: Buffer): MatroskaTrack {
  const entries = [...elementsOf(tracks)].filter(child => child.id === ID.trackEntry);
  if (entries.length !== 1) throw broken(`${entries.length} tracks where one was expected`);
  const parts = [...elementsOf(entries[0]!.body)];
  const part = (id: number) => parts.find(child => child.id === id)?.body;
  const codecId = part(ID.codecId);
  const video = part(ID.video);
  if (!codecId || !video) throw broken('a track that is no video');
  return { codecId: codecId.toString('ascii'), codecPrivate: part(ID.codecPrivate), video };
}

function simpleBlock(body: Buffer, clusterTime: number): MatroskaPacket {
  const { time, flags, data } = blockOf(body, clusterTime);
  return { time, duration: undefined, key: (flags & 0x80) !== 0, data };
}

function blockGroup(group: Buffer, clusterTime: number): MatroskaPacket {
  const parts = [...elementsOf(group)];
  const part = (id: number) => parts.find(child => child.id === id)?.body;
  const block = part(ID.block);
  if (!block) throw broken('a block group without a block');
  const { time, data } = blockOf(block, clusterTime);
  const duration = part(ID.blockDuration);
  return { time, duration: duration && whole(duration), key: part(ID.referenceBlock) === undefined, data };
}

function blockOf(body: Buffer, clusterTime: number): { time: number; flags: number; data: Buffer } {
  const flags = body[3]!;
  if (body[0] !== 0x81 || (flags & 0x06) !== 0) throw broken('a block of another track or with lacing');
  return { time: clusterTime + body.readInt16BE(1), flags, data: body.subarray(4) };
}

/** The child elements in the body of an element. */
export function* elementsOf(body: Buffer): Generator<{ id: number; body: Buffer }> {
  let at = 0;
  while (at < body.length) {
    const idLength = lengthOf(body[at]!, 4);
    const sizeAt = at + idLength;
    const sizeLength = lengthOf(body[sizeAt] ?? 0, 8);
    const size = sizeOf(body.subarray(sizeAt, sizeAt + sizeLength));
    const start = sizeAt + sizeLength;
    if (size === undefined || start + size > body.length) throw broken('an element longer than its parent');
    yield { id: body.readUIntBE(at, idLength), body: body.subarray(start, start + size) };
    at = start + size;
  }
}

interface ByteQueue {
  /** Exactly `size` bytes. Throws where the stream ends before. */
  take(size: number): Promise<Buffer>;
  /** Has the stream ended, and has every byte been taken? */
  ended(): Promise<boolean>;
}

function byteQueue(chunks: AsyncIterable<Buffer>): ByteQueue {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let heldBytes = 0;
  const more = async () => {
    const next = await source.next();
    if (next.done) return false;
    held.push(next.value);
    heldBytes += next.value.length;
    return true;
  };
  return {
    async take(size) {
      while (heldBytes < size) if (!(await more())) throw broken(`an end ${size - heldBytes} bytes too early`);
      const all = held.length === 1 ? held[0]! : Buffer.concat(held, heldBytes);
      held = [all.subarray(size)];
      heldBytes -= size;
      return all.subarray(0, size);
    },
    async ended() {
      while (heldBytes === 0) if (!(await more())) return true;
      return false;
    },
  };
}

/** Id and size (undefined: unknown) of the next element; undefined at the end of the stream. */
async function elementHead(bytes: ByteQueue): Promise<{ id: number; size: number | undefined } | undefined> {
  if (await bytes.ended()) return undefined;
  const first = await bytes.take(1);
  const idRest = await bytes.take(lengthOf(first[0]!, 4) - 1);
  const id = Buffer.concat([first, idRest]);
  const sizeFirst = await bytes.take(1);
  const sizeRest = await bytes.take(lengthOf(sizeFirst[0]!, 8) - 1);
  return { id: id.readUIntBE(0, id.length), size: sizeOf(Buffer.concat([sizeFirst, sizeRest])) };
}

/** Length in bytes of a number with this first byte: its leading zero bits plus one. */
function lengthOf(firstByte: number, longest: number): number {
  const length = Math.clz32(firstByte) - 24 + 1;
  if (length > longest) throw broken(`the byte ${firstByte} where an element was expected`);
  return length;
}

/** If all value bits are one, the size is unknown. */
function sizeOf(bytes: Buffer): number | undefined {
  const bits = BigInt(7 * bytes.length);
  const value = BigInt(`0x${bytes.toString('hex')}`) & ((1n << bits) - 1n);
  return value === (1n << bits) - 1n ? undefined : Number(value);
}

function whole(bytes: Buffer): number {
  return bytes.length === 0 ? 0 : Number(BigInt(`0x${bytes.toString('hex')}`));
}

function broken(what: string): KinemacolorError {
  return new KinemacolorError('process', `Expected a Matroska stream with one video track from ffmpeg, but it holds ${what}.`);
}
