import { open } from 'node:fs/promises';
import { KinemacolorError } from '../../errors.ts';

/**
 * ffmpeg's names of demuxers for files that contain a film. None of them opens another file or address, as playlists (hls,
 * dash, concat, sdp, imf), numbered pictures (image2), scripts (avisynth) and devices do. `srt` and `ass` are listed for the
 * subtitles inside an AVI. File names do not matter: an HLS playlist may be called film.mp4.
 */
const FILM_FORMATS = `
  mov matroska avi mpegts mpeg mpegvideo mxf asf asf_o flv live_flv kux ogg nut rm dv gxf lxf wtv swf nsv nuv pva ty r3d cine ser roq flic
  film_cpk ivf obu h261 h263 h264 hevc vvc evc av1 vc1 vc1test m4v cavsvideo avs2 avs3 dirac dnxhd mjpeg mjpeg_2000 smjpeg yuv4mpegpipe gif
  apng srt ass`
  .trim()
  .split(/\s+/);

/** Where bytes may come from: a file on this machine, or this program. */
const PROTOCOLS = ['-protocol_whitelist', 'file,pipe,fd'];
const FORMATS = ['-format_whitelist', FILM_FORMATS.join()];

/**
 * The options under which ffmpeg opens one input and nothing else. `format`: one that this program forces (`-f`), or the file's
 * own.
 */
export function boundsOf(format: 'ours' | 'own'): readonly string[] {
  return format === 'ours' ? PROTOCOLS : [...PROTOCOLS, ...FORMATS];
}

/**
 * ffmpeg's or ffprobe's arguments with the bounds before every input (`-i`). An input whose demuxer is forced (`-f`, as for what
 * this program pipes in) is only kept from the network.
 */
export function withinBounds(args: readonly string[]): string[] {
  const state = { forced: false };
  return args.flatMap(arg => {
    if (arg === '-f') state.forced = true;
    if (arg !== '-i') return [arg];
    const bounds = boundsOf(state.forced ? 'ours' : 'own');
    state.forced = false;
    return [...bounds, arg];
  });
}

/** Formats that point to a film instead of containing it. */
const PLAYLIST_FORMATS = new Set('hls applehttp dash webm_dash_manifest concat imf sdp rtp rtsp sap tedcaptions'.split(' '));

/** How such files begin. A newer ffmpeg does not recognise them under a film's name and reports nothing about them. */
const PLAYLIST_SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^#EXTM3U/, 'hls'],
  [/^ffconcat version/, 'concat'],
  [/^(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<MPD\b/s, 'dash'],
  [/^v=0\r?\no=/, 'sdp'],
];
const SIGNATURE_BYTES = 1024;

/**
 * The error for a file that is not an allowed format, from ffmpeg's messages or the file's first bytes; undefined for any
 * other. Never throws.
 */
export async function refusalOf(path: string, lines: readonly string[]): Promise<KinemacolorError | undefined> {
  const refused = lines.map(line => /^\[([\w,]+) @ \w+\] (?:\[\w+\] )?Format not on whitelist/.exec(line)?.[1]).find(Boolean);
  const names = refused?.split(',') ?? [];
  const playlist = names.some(name => PLAYLIST_FORMATS.has(name)) ? names[0] : await playlistFormat(path);
  if (playlist !== undefined)
    return new KinemacolorError(
      'source',
      `Expected a film at ${path}, but it is a playlist (${playlist}), which only names other files and addresses; give the film itself.`,
    );
  if (refused === undefined) return undefined;
  return new KinemacolorError(
    'source',
    `Expected a film at ${path}, but it is "${names[0]}", which is no kind of film that is read; convert it to Matroska, MP4 or MOV first.`,
  );
}

async function playlistFormat(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  try {
    const read = await file?.read({ buffer: Buffer.alloc(SIGNATURE_BYTES), position: 0 }).catch(() => undefined);
    const text = read
      ? read.buffer
          .toString('latin1', 0, read.bytesRead)
          .replace(/^\xef\xbb\xbf/, '')
          .trimStart()
      : '';
    return PLAYLIST_SIGNATURES.find(([signature]) => signature.test(text))?.[1];
  } finally {
    await file?.close();
  }
}
