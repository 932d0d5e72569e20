import type { HdrMetadata } from '../../media/film/film.ts';
import { elementsOf } from './matroska-reader.ts';
import { element, ID, type MatroskaTrack } from './matroska-writer.ts';

/**
 * The order in which fields are stored and shown, in ffmpeg's notation: first letter stored, second shown, top or bottom.
 * Values: Matroska's FieldOrder (RFC 9559, 5.1.4.1.28.3).
 */
const ORDER: Readonly<Record<string, number>> = { tt: 1, bb: 6, tb: 9, bt: 14 };

const INTERLACED = 1;
const PROGRESSIVE = 2;

/** The track with its field order declared: `progressive`, or an interlaced order. Older ffmpegs do not write it. */
export function withFieldOrder(track: MatroskaTrack, order: string): MatroskaTrack {
  const value = ORDER[order];
  const rest = [...elementsOf(track.video)].filter(({ id }) => id !== ID.flagInterlaced && id !== ID.fieldOrder);
  return {
    ...track,
    video: Buffer.concat([
      element(ID.flagInterlaced, Buffer.from([value === undefined ? PROGRESSIVE : INTERLACED])),
      ...(value === undefined ? [] : [element(ID.fieldOrder, Buffer.from([value]))]),
      ...rest.map(({ id, body }) => element(id, body)),
    ]),
  };
}

/** Matroska's Colour element and its HDR fields (RFC 9559, 5.1.4.1.28.16). */
const COLOUR = 0x55b0;
const HDR = {
  maxContent: 0x55bc,
  maxAverage: 0x55bd,
  mastering: 0x55d0,
  // x and y of each, in this order.
  primaries: { red: [0x55d1, 0x55d2], green: [0x55d3, 0x55d4], blue: [0x55d5, 0x55d6], white: [0x55d7, 0x55d8] },
  maxLuminance: 0x55d9,
  minLuminance: 0x55da,
} as const;

/** The track with its HDR metadata declared, in addition to the colour fields of its encoder. */
export function withHdr(track: MatroskaTrack, { mastering, light }: HdrMetadata): MatroskaTrack {
  const declared = [
    ...(light ? [element(HDR.maxContent, whole(light.content)), element(HDR.maxAverage, whole(light.average))] : []),
    ...(mastering ? [element(HDR.mastering, ...masteringBody(mastering))] : []),
  ];
  const parts = [...elementsOf(track.video)];
  const colour = parts.find(({ id }) => id === COLOUR)?.body ?? Buffer.alloc(0);
  const stale: readonly number[] = [HDR.maxContent, HDR.maxAverage, HDR.mastering];
  const kept = [...elementsOf(colour)].filter(({ id }) => !stale.includes(id)).map(({ id, body }) => element(id, body));
  const rest = parts.filter(({ id }) => id !== COLOUR).map(({ id, body }) => element(id, body));
  return { ...track, video: Buffer.concat([...rest, element(COLOUR, ...kept, ...declared)]) };
}

function masteringBody(mastering: NonNullable<HdrMetadata['mastering']>): Buffer[] {
  const names = ['red', 'green', 'blue', 'white'] as const;
  const points = names.flatMap(name => HDR.primaries[name].map((id, axis) => element(id, real(mastering[name][axis]!))));
  return [
    ...points,
    element(HDR.maxLuminance, real(mastering.maxLuminance)),
    element(HDR.minLuminance, real(mastering.minLuminance)),
  ];
}

function whole(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function real(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}
