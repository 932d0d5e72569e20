import { elementsOf } from './matroska-reader.ts';
import { element, ID, type MatroskaTrack } from './matroska-writer.ts';

/**
 * In which order fields are stored and shown, in ffmpeg's words: first letter stored, second shown, top or bottom.
 * Values: Matroska's FieldOrder (RFC 9559, 5.1.4.1.28.3).
 */
const ORDER: Readonly<Record<string, number>> = { tt: 1, bb: 6, tb: 9, bt: 14 };

const INTERLACED = 1;
const PROGRESSIVE = 2;

/** The track with its fields declared: `progressive`, or an interlaced order. Older ffmpegs leave this out of their header. */
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
