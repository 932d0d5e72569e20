import { openSharp } from './open-sharp.ts';

/** An 8-bit RGB picture and how it is displayed. */
export interface ShownRgb {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Width over height of one pixel. */
  readonly pixelAspect: number;
  /** Degrees clockwise: 0, 90, 180, 270. */
  readonly rotation: number;
}

/** JPEG quality, 1..100: high enough to see colour errors. */
const JPEG_QUALITY = 85;

/** A picture as a `data:` URI for a page: upright, with its display aspect, at most `most` pixels wide. */
export async function pictureUri({ rgb, width, height, pixelAspect, rotation }: ShownRgb, most: number): Promise<string> {
  const wide = Math.max(1, Math.round(Math.min(most, width * pixelAspect)));
  const high = Math.max(1, Math.round((wide * height) / (width * pixelAspect)));
  const sharp = await openSharp();
  const small = sharp(rgb, { raw: { width, height, channels: 3 } }).resize(wide, high, { fit: 'fill' });
  const jpeg = await small.rotate(rotation).jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' }).toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
