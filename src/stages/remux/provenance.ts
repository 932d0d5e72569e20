import { type Ffmpeg, probeJson } from '../../adapters/ffmpeg/ffmpeg.ts';
import { KinemacolorError } from '../../errors.ts';
import type { Container } from '../encode/codec-cards.ts';
import type { ProbedTags } from './source-streams.ts';

/** Start of the statement, by which own results are recognised. */
const MARK = 'Colour synthesised by Kinemacolor';
const RUN = /; run ([0-9a-f]+)\.$/m;

/**
 * The statement in a film's comment, or in a picture's note, that its colour is synthetic. `origin`: what the colour comes from. `run`:
 * fingerprint of the run that made a film.
 */
export function provenanceStatement(version: string, origin: string, run: string | undefined): string {
  return `${MARK} ${version}; ${origin}${run === undefined ? '' : `; run ${run}`}.`;
}

/** What colour comes from, as part of the statement. */
export const modelOrigin = ({ id, sha256 }: { readonly id: string; readonly sha256: string }): string =>
  `model ${id} (sha256 ${sha256.slice(0, 16)})`;
export const paletteOrigin = (palette: string): string => `palette ${palette}, by intensity`;

/** MXF holds free tags of this form only. */
const MXF_COMMENT = 'comment_kinemacolor';

/** ffmpeg's name of a container's comment. */
export const commentTag = (container: Container): string => (container === 'mxf' ? MXF_COMMENT : 'comment');

/** A film's comment; empty where it has none. */
export function commentOf(tags: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(tags ?? {}).find(([name]) => ['comment', MXF_COMMENT].includes(name.toLowerCase()))?.[1] ?? '';
}

/** Whether this program made the file. False for a file that is no film. */
export async function isOurs(path: string, ffmpeg: Ffmpeg): Promise<boolean> {
  return (await commentAt(path, ffmpeg)).includes(MARK);
}

/** Fingerprint of the run that made a film; undefined where there is no file, or none that says so. */
export async function runOf(path: string, ffmpeg: Ffmpeg): Promise<string | undefined> {
  return RUN.exec(await commentAt(path, ffmpeg))?.[1];
}

/** The statement in a film's comment that its colour is synthetic, and the fingerprint of its run; undefined in any other film. */
export async function provenanceOf(
  path: string,
  ffmpeg: Ffmpeg,
): Promise<{ readonly text: string; readonly fingerprint: string } | undefined> {
  const text = (await commentAt(path, ffmpeg)).split('\n').find(line => line.startsWith(MARK));
  return text === undefined ? undefined : { text, fingerprint: RUN.exec(text)?.[1] ?? '' };
}

const JOINED = /^Pictures joined by Kinemacolor, state ([0-9a-f]+)\.$/;

/** The statement in the comment of a film that was joined from pictures; `state`: fingerprint of these. */
export const joinedStatement = (state: string): string => `Pictures joined by Kinemacolor, state ${state}.`;

/** Fingerprint of the pictures that a film was joined from; undefined for any other film. */
export async function fingerprintOfJoined(path: string, ffmpeg: Ffmpeg): Promise<string | undefined> {
  return JOINED.exec(await commentAt(path, ffmpeg))?.[1];
}

async function commentAt(path: string, ffmpeg: Ffmpeg): Promise<string> {
  try {
    return commentOf(((await probeJson(ffmpeg, path, ['-show_format'])) as ProbedTags).format?.tags);
  } catch (cause) {
    if (cause instanceof KinemacolorError && cause.kind === 'source') return '';
    throw cause;
  }
}
