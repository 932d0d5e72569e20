import assert from 'node:assert/strict';
import { withFieldOrder } from '../../../src/adapters/containers/matroska-fields.ts';
import { elementsOf, type MatroskaPart, readMatroska } from '../../../src/adapters/containers/matroska-reader.ts';
import {
  ID,
  type MatroskaPacket,
  type MatroskaTrack,
  matroskaHeader,
  matroskaPacketHead,
} from '../../../src/adapters/containers/matroska-writer.ts';

const track: MatroskaTrack = {
  codecId: 'V_TEST',
  codecPrivate: Buffer.from([1, 2, 3]),
  video: Buffer.from([0xb0, 0x81, 16, 0xba, 0x81, 9]),
};
const packets: MatroskaPacket[] = [
  { time: 0, duration: 40, key: true, data: Buffer.from('first') },
  { time: 2 ** 45 + 1, duration: undefined, key: false, data: Buffer.alloc(70_000, 7) },
  { time: 300, duration: 1, key: false, data: Buffer.alloc(0) },
];

function written(): Buffer {
  return Buffer.concat([matroskaHeader(track, 78_125), ...packets.flatMap(packet => [matroskaPacketHead(packet), packet.data])]);
}

async function parts(bytes: Buffer, chunk: number): Promise<MatroskaPart[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
  const read: MatroskaPart[] = [];
  for await (const part of readMatroska(chunks())) read.push(part);
  return read;
}

describe('Matroska', () => {
  for (const chunk of [1, 7, 1000, 1 << 20]) {
    it(`reads what it writes, in pieces of ${chunk} bytes`, async () => {
      const [head, ...rest] = await parts(written(), chunk);
      assert.deepEqual(head, { kind: 'track', track, timestampScale: 78_125 });
      assert.deepEqual(
        rest,
        packets.map(packet => ({ kind: 'packet', packet })),
      );
    });
  }

  it('refuses a stream that ends too early, and bytes that are no Matroska', async () => {
    const bytes = written();
    await assert.rejects(parts(bytes.subarray(0, bytes.length - 1), 1000), { kind: 'process' });
    await assert.rejects(parts(Buffer.from('00000000 this is text'), 1000), { kind: 'process' });
  });

  it('declares fields in place of what was said of them', () => {
    const fields = (order: string) =>
      [...elementsOf(withFieldOrder(withFieldOrder(track, 'tt'), order).video)].map(({ id, body }) => [id, body[0]]);
    const size = [
      [0xb0, 16],
      [0xba, 9],
    ];
    assert.deepEqual(fields('bb'), [[ID.flagInterlaced, 1], [ID.fieldOrder, 6], ...size]);
    assert.deepEqual(fields('progressive'), [[ID.flagInterlaced, 2], ...size]);
  });
});
