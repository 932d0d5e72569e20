import { join } from 'node:path';
import type { Ffmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { type FrameKind, splitFilm, writeRgbFrames } from '../../adapters/ffmpeg/split-film.ts';
import { saveFile } from '../../adapters/files/save-file.ts';
import { encodeStill } from '../../adapters/pictures/still-file.ts';
import { throwIfAborted } from '../../errors.ts';
import { throughWindow } from '../../stages/decode/luma-window.ts';
import { canPaint, paintedFrames } from '../../stages/decode/painted-frames.ts';
import { probeFilm } from '../../stages/probe/probe.ts';

/** Which frames become pictures, and where. */
export interface SplitFrames {
  /** A film in colour. */
  readonly path: string;
  readonly kind: FrameKind;
  /** The window that it was coloured through. */
  readonly window: string | undefined;
  /** Folder that gets `000000000.tif` and so on. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Split a film into one RGB picture for each frame, at its depth. Where R, G and B can hold it, the rounded Y' of every pixel is the
 * film's luma; else ffmpeg converts it, to within a code of 8 bit.
 */
export async function splitFrames({ path, kind, window, folder, signal }: SplitFrames, ffmpeg: Ffmpeg): Promise<void> {
  const film = throughWindow(await probeFilm(path, ffmpeg, signal), window);
  const { format } = film;
  if (!canPaint(format)) return splitFilm({ path, kind, ...format, folder, signal }, ffmpeg);
  const { width, height } = format;
  const frames = paintedFrames(film, ffmpeg, signal);
  if (kind !== 'tif' && kind !== 'png') {
    const depth = format.depth === 8 ? 8 : 16;
    return writeRgbFrames(frames, { kind, folder, width, height, depth, signal }, ffmpeg);
  }
  let index = 0;
  for await (const rgb of frames) {
    throwIfAborted(signal);
    const picture = await encodeStill(rgb, { width, height, channels: 3 }, kind === 'tif' ? 'tiff' : 'png');
    await saveFile(join(folder, `${String(index++).padStart(9, '0')}.${kind}`), [picture]);
  }
}
