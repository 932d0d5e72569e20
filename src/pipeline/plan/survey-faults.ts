import { KinemacolorError } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { describeTime, type Settings } from '../../options.ts';
import type { DecodeEnd } from '../../stages/decode/decode-end.ts';
import { endsWithinPacket } from '../../stages/probe/missing-frames.ts';

/** Largest number of different messages of ffmpeg that are reported for a stretch. */
export const MAX_FAULTS = 5;

/** The damage found by a survey of the whole film; undefined where there is none. */
export function damageText(film: Film, { frames, damage, message }: DecodeEnd, missing: number): string | undefined {
  const why = message ? ` (${message})` : '';
  if (damage === 'truncated') {
    const expected = film.statedFrames === undefined ? '' : ` of about ${film.statedFrames}`;
    return `${film.path} is damaged or cut short: ${frames} frames${expected} decode and are rendered${why}.`;
  }
  if (missing !== 0)
    return `${film.path} is damaged: its index counts ${frames + missing} frames, but ${frames} decode and are rendered${why}.`;
  if (message) return faultText(film, message);
  return endsWithinPacket(film) ? `${film.path} ends within a packet: it is cut short, and what decodes is rendered.` : undefined;
}

export function faultText({ path }: Film, message: string): string {
  return `${path} has errors, which the decoder concealed or skipped: ${message}.`;
}

export function goesBack({ path }: Film, index: number): KinemacolorError {
  return new KinemacolorError(
    'source',
    `Expected times that go on, but frame ${index} of ${path} is shown before the one it follows; write the film anew first, for example with "ffmpeg -i film -map 0 -c copy film.mkv".`,
    { place: { stage: 'survey', frame: index } },
  );
}

export function noFrames(film: Film, settings: Settings): string {
  if (settings.from === undefined)
    return `${film.path} has a picture stream but no frame of it decodes; check the file with "ffprobe".`;
  return `Expected frames from ${describeTime(settings.from)} of ${film.path} on, found none; choose an earlier --from.`;
}
