import { parse } from 'node:path';
import { formatTimecode, laterTimecode } from '../film/timecode.ts';
import { firstTimecode, type ShotList } from './shot-list.ts';

/** The reel of media that are files, not tapes. */
const REEL = 'AX';
/** Longest title that CMX editors read. */
const LONGEST_TITLE = 70;

/**
 * The shots as an edit decision list (CMX 3600): one video event a shot, cut to cut, where record times are the film's own. A dissolve is an
 * event of its own. Numbers of events have three digits as far as these go.
 */
export function cmx3600(list: ShotList): string {
  const { path, shots } = list;
  const { name, base } = parse(path);
  const first = firstTimecode(list);
  const at = (frame: number) => formatTimecode(laterTimecode(first, frame));
  const events = shots.map(({ start, end, kind }, number) => {
    const [from, to] = [at(start), at(end)];
    const event = `${String(number + 1).padStart(3, '0')}  ${REEL.padEnd(8)} V     C        ${from} ${to} ${from} ${to}`;
    return [event, `* FROM CLIP NAME: ${base}`, `* COMMENT: SHOT ${number}, ${kind.toUpperCase()}, FRAMES ${start}-${end - 1}`];
  });
  const head = [`TITLE: ${name.slice(0, LONGEST_TITLE)}`, `FCM: ${first.dropFrame ? '' : 'NON-'}DROP FRAME`, ''];
  return `${[...head, ...events.flat()].join('\n')}\n`;
}
