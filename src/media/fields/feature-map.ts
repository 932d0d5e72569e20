/**
 * Image features of a model: one unit vector per cell (0 where unknown), compared by dot product. `data`: `channels` planes of
 * width * height, concatenated, row-major. The cells divide the picture evenly.
 */
export interface FeatureMap {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** One channel of a map. */
export function featurePlane({ width, height, data }: FeatureMap, channel: number) {
  const cells = width * height;
  return { width, height, data: data.subarray(channel * cells, (channel + 1) * cells) };
}
