import { z } from 'zod';

/** A colour anchor: something seen in a shot, and the colour it has throughout. */
export interface ColorAnchor {
  /** Its features: a vector of about unit length, each component -1..1 (see media/fields/feature-map). */
  readonly features: readonly number[];
  /** Black 0 to white 1. */
  readonly luma: number;
  /** Its centre, as shares of the picture's width and height. */
  readonly x: number;
  readonly y: number;
  /** In the film's matrix, -0.5..0.5. */
  readonly cb: number;
  readonly cr: number;
  /** How consistent its colour is over the shot, 0..1. */
  readonly weight: number;
}

/** Maximum anchors per shot: a few kB of the plan. */
const MAX_ANCHORS = 96;
const MAX_CHANNELS = 32;
/** Bytes per anchor besides the features: one each for luma, x, y and weight, two each for Cb and Cr. */
const FIXED_BYTES = 8;
/** Largest signed one-byte and two-byte numbers; they represent 1 and 0.5. */
const MAX_BYTE = 127;
const MAX_WORD = 32_767;

/**
 * Anchors in a plan. `data`, base64: for each anchor `channels` signed bytes (`features`, in 127ths), one byte each (in 255ths)
 * for luma, x, y and weight, and two signed words (little-endian, in 65534ths) for Cb and Cr.
 */
export const anchorsSchema = z
  .strictObject({
    channels: z.int().min(1).max(MAX_CHANNELS),
    data: z.base64().max(Math.ceil((MAX_ANCHORS * (MAX_CHANNELS + FIXED_BYTES)) / 3) * 4),
  })
  .superRefine(({ channels, data }, context) => {
    const bytes = Buffer.from(data, 'base64');
    const size = channels + FIXED_BYTES;
    const count = bytes.length / size;
    const fault = (message: string) => context.addIssue({ code: 'custom', path: ['data'], message });
    if (!Number.isInteger(count) || count < 1 || count > MAX_ANCHORS)
      fault(`expected 1 to ${MAX_ANCHORS} anchors of ${size} bytes, received ${bytes.length} bytes`);
    else if (readAnchors({ channels, data }).some(({ cb, cr }) => Math.max(Math.abs(cb), Math.abs(cr)) > 0.5))
      fault('expected chroma from -0.5 to 0.5');
  });

export type PlannedAnchors = z.output<typeof anchorsSchema>;

/**
 * Encodes anchors, with rounding; decoding and encoding again gives the same bytes. All must have as many features as the first.
 */
export function writeAnchors(anchors: readonly ColorAnchor[]): PlannedAnchors {
  const channels = anchors[0]?.features.length ?? 0;
  const bytes = Buffer.alloc(anchors.length * (channels + FIXED_BYTES));
  let at = 0;
  const clampedInteger = (value: number, max: number, min = 0) => Math.max(min, Math.min(max, Math.round(value)));
  for (const { features, luma, x, y, cb, cr, weight } of anchors) {
    for (const value of features) at = bytes.writeInt8(clampedInteger(MAX_BYTE * value, MAX_BYTE, -MAX_BYTE - 1), at);
    for (const value of [luma, x, y, weight]) at = bytes.writeUInt8(clampedInteger(255 * value, 255), at);
    for (const value of [cb, cr]) at = bytes.writeInt16LE(clampedInteger(2 * MAX_WORD * value, MAX_WORD, -MAX_WORD), at);
  }
  return { channels, data: bytes.toString('base64') };
}

export function readAnchors({ channels, data }: PlannedAnchors): ColorAnchor[] {
  const bytes = Buffer.from(data, 'base64');
  const size = channels + FIXED_BYTES;
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, number) => {
    const at = number * size;
    const share = (place: number) => bytes.readUInt8(at + channels + place) / 255;
    const chroma = (place: number) => bytes.readInt16LE(at + channels + 4 + 2 * place) / (2 * MAX_WORD);
    return {
      features: Array.from({ length: channels }, (_, channel) => bytes.readInt8(at + channel) / MAX_BYTE),
      luma: share(0),
      x: share(1),
      y: share(2),
      weight: share(3),
      cb: chroma(0),
      cr: chroma(1),
    };
  });
}
