/** SIMD version of ../flow/flow-pyramid.ts: pyramid levels with a replicated border, and their Sobel gradients. */

export const BORDER: i32 = 16;

export function strideOf(width: i32): i32 {
  return width + 2 * BORDER;
}

export function originOf(level: usize, width: i32): usize {
  return level + <usize>(BORDER * strideOf(width) + BORDER);
}

/** Copies a picture (row-major, unpadded) into a level and replicates its border. */
export function fillLevel(picture: usize, width: i32, height: i32, level: usize): void {
  const stride = <usize>strideOf(width);
  let to = originOf(level, width);
  for (let y = 0; y < height; y++) {
    memory.copy(to, picture, width);
    picture += width;
    to += stride;
  }
  replicateBorder(level, width, height);
}

/**
 * Computes the next coarser level: the rounded mean of each 2 x 2 block. Stores overrun into the border, which is replicated
 * afterwards.
 */
export function halveLevel(fine: usize, width: i32, height: i32, coarse: usize): void {
  const halfWidth = (width + 1) >> 1;
  const halfHeight = (height + 1) >> 1;
  const stride = <usize>strideOf(width);
  const halfStride = <usize>strideOf(halfWidth);
  const two = i16x8.splat(2);
  for (let y = 0; y < halfHeight; y++) {
    let above = originOf(fine, width) + <usize>(2 * y) * stride;
    let to = originOf(coarse, halfWidth) + <usize>y * halfStride;
    for (let x = 0; x < halfWidth; x += 8) {
      const upper = i16x8.extadd_pairwise_i8x16_u(v128.load(above));
      const under = i16x8.extadd_pairwise_i8x16_u(v128.load(above + stride));
      const mean = i16x8.shr_u(i16x8.add(i16x8.add(upper, under), two), 2);
      v128.store64_lane(to, i8x16.narrow_i16x8_u(mean, mean), 0);
      above += 16;
      to += 8;
    }
  }
  replicateBorder(coarse, halfWidth, halfHeight);
}

function replicateBorder(level: usize, width: i32, height: i32): void {
  const stride = <usize>strideOf(width);
  const origin = originOf(level, width);
  for (let y = 0; y < height; y++) {
    const row = origin + <usize>y * stride;
    v128.store(row - BORDER, i8x16.splat(load<u8>(row)));
    v128.store(row + width, i8x16.splat(load<u8>(row + width - 1)));
  }
  const first = origin - BORDER;
  const last = first + <usize>(height - 1) * stride;
  for (let y: usize = 1; y <= <usize>BORDER; y++) {
    memory.copy(first - y * stride, first, stride);
    memory.copy(last + y * stride, last, stride);
  }
}

/** Sobel gradients of every cell, as i16 planes without border. Each plane needs room for 8 values beyond its cells. */
export function fillGradients(level: usize, width: i32, height: i32, gradientX: usize, gradientY: usize): void {
  const stride = <usize>strideOf(width);
  for (let y = 0; y < height; y++) {
    let at = originOf(level, width) + <usize>y * stride;
    let offset = <usize>(y * width * 2);
    for (let x = 0; x < width; x += 8) {
      const above = at - stride;
      const below = at + stride;
      const corners = i16x8.sub(v128.load_ext<u8>(below + 1), v128.load_ext<u8>(above - 1));
      const others = i16x8.sub(v128.load_ext<u8>(above + 1), v128.load_ext<u8>(below - 1));
      const across = i16x8.sub(v128.load_ext<u8>(at + 1), v128.load_ext<u8>(at - 1));
      const down = i16x8.sub(v128.load_ext<u8>(below), v128.load_ext<u8>(above));
      v128.store(gradientX + offset, i16x8.add(i16x8.add(corners, others), i16x8.shl(across, 1)));
      v128.store(gradientY + offset, i16x8.add(i16x8.sub(corners, others), i16x8.shl(down, 1)));
      at += 8;
      offset += 16;
    }
  }
}
