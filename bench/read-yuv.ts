import { execFileSync } from 'node:child_process';

/** A video of even size, decoded whole. */
export interface YuvClip {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly YuvFrame[];
}

/** 8-bit code values, 4:2:0. */
export interface YuvFrame {
  readonly luma: Uint8Array;
  readonly cb: Uint8Array;
  readonly cr: Uint8Array;
}

/** Every frame of a video's first picture stream, through the machine's ffmpeg. Throws where it is missing or fails. */
export function readYuv(path: string): YuvClip {
  const shown = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', path];
  const [width, height] = String(execFileSync('ffprobe', shown)).trim().split(',').map(Number) as [number, number];
  const decode = ['-v', 'error', '-i', path, '-map', '0:v:0', '-pix_fmt', 'yuv420p', '-vsync', '0', '-f', 'rawvideo', '-'];
  const raw = execFileSync('ffmpeg', decode, { maxBuffer: 2 ** 31 });
  const area = width * height;
  const size = (area * 3) / 2;
  const frames = Array.from({ length: Math.floor(raw.length / size) }, (_, i) => {
    const [cb, cr, end] = [area, (area * 5) / 4, size].map(at => i * size + at) as [number, number, number];
    return { luma: new Uint8Array(raw.subarray(i * size, cb)), cb: raw.subarray(cb, cr), cr: raw.subarray(cr, end) };
  });
  return { width, height, frames };
}
