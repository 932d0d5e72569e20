import type { Timebase } from './time.ts';

/** A frame's label on tape and in editing programs: hours, minutes, seconds, frames. */
export interface Timecode {
  /** Frames since 00:00:00:00. */
  readonly frames: number;
  /** Frames that a second counts: 24 for 24000/1001, too. */
  readonly nominalRate: number;
  /** Drop frame: numbers are left out so that timecode follows the clock at 30000/1001 and 60000/1001; written with a semicolon. */
  readonly dropFrame: boolean;
}

const PATTERN = /^(\d{1,2}):(\d\d):(\d\d)([:;.])(\d{2,3})$/;
const MINUTES_A_DAY = 24 * 60;

/** Frames that a second counts at a rate. */
export const nominalRate = ({ num, den }: Timebase): number => Math.max(1, Math.round(num / den));

/** Parses `01:00:00:00`, or `01:00:00;02` for drop frame, at a frame rate; undefined for anything else. */
export function parseTimecode(text: string, rate: Timebase): Timecode | undefined {
  const [, hours, minutes, seconds, separator, frame] = PATTERN.exec(text.trim()) ?? [];
  const nominal = nominalRate(rate);
  if (frame === undefined || Number(minutes) > 59 || Number(seconds) > 59 || Number(frame) >= nominal) return undefined;
  const dropFrame = separator !== ':' && nominal % 30 === 0;
  const minute = 60 * Number(hours) + Number(minutes);
  const counted = nominal * (60 * minute + Number(seconds)) + Number(frame);
  const dropped = dropFrame ? droppedAMinute(nominal) * (minute - Math.floor(minute / 10)) : 0;
  return { frames: counted - dropped, nominalRate: nominal, dropFrame };
}

/** The timecode some frames later. */
export const laterTimecode = (timecode: Timecode, frames: number): Timecode => ({
  ...timecode,
  frames: timecode.frames + frames,
});

/** `01:00:00:00`, or with a semicolon before the frames for drop frame. After a day it starts anew. */
export function formatTimecode({ frames, nominalRate: nominal, dropFrame }: Timecode): string {
  const dropped = dropFrame ? droppedAMinute(nominal) : 0;
  const [minute, tenMinutes] = [60 * nominal - dropped, 600 * nominal - 9 * dropped];
  const inDay = frames % ((MINUTES_A_DAY / 10) * tenMinutes);
  const rest = inDay % tenMinutes;
  // The first of ten minutes drops no number.
  const minutesBegun = rest < 60 * nominal ? 0 : 1 + Math.floor((rest - 60 * nominal) / minute);
  const counted = inDay + dropped * (9 * Math.floor(inDay / tenMinutes) + minutesBegun);
  const seconds = Math.floor(counted / nominal);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${clock}${dropFrame ? ';' : ':'}${two(counted % nominal)}`;
}

/** Numbers that are left out at the start of each minute but every tenth: 2 at 30, 4 at 60. */
const droppedAMinute = (nominal: number): number => nominal / 15;
