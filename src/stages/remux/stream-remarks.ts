import type { Film } from '../../media/film/film.ts';
import { toSeconds } from '../../media/film/time.ts';
import type { Container } from '../encode/codec-cards.ts';
import type { Remedies, SourceStream } from './plan-streams.ts';

/** Messages for the user about the other streams, one sentence each. */
export interface StreamRemarks {
  /** What the container cannot hold, and what was done. */
  readonly warnings: readonly string[];
  /** What is damaged in the source, and what was done. */
  readonly damage: readonly string[];
  /** What becomes of sound that does not start with the pictures, where these start at this tick of the film. */
  readonly offsets: (startTicks: number) => readonly string[];
}

/** What there is to say of the streams of a film's result. */
export function streamRemarks(streams: readonly SourceStream[], film: Film, container: Container): StreamRemarks {
  const warnings: string[] = [];
  const damage: string[] = [];
  for (const stream of streams) {
    const name = `Stream ${stream.index} (${stream.type}, ${stream.codec})`;
    const { outcome } = stream;
    if (outcome.kind === 'copied' && outcome.mended)
      damage.push(`${name} of ${film.path} is damaged: ${mended(outcome.mended.packets)}.`);
    if (outcome.kind === 'converted') {
      const how = `converted to ${outcome.codec}${outcome.exact ? ', which keeps every sample' : ''}`;
      if (outcome.damaged) damage.push(`${name} of ${film.path} is damaged and cannot be copied: what decodes is ${how}.`);
      else warnings.push(`${name} cannot be held by ${container} as it is: ${how}; ${remedy(stream.remedies, 'unchanged')}.`);
    }
    if (outcome.kind === 'left out') {
      if (outcome.damaged)
        damage.push(
          `${name} of ${film.path} is damaged and can be neither copied nor decoded: left out; keep the source for it.`,
        );
      else warnings.push(`${name} cannot be held by ${container}: left out; ${remedy(stream.remedies, '')}.`);
    }
  }
  const offsets = (startTicks: number) => (container === 'mxf' ? lostOffsets(streams, film, startTicks) : []);
  return { warnings, damage, offsets };
}

/** MXF holds no times, so that all of its streams start together. An offset of less than a frame is not heard. */
function lostOffsets(streams: readonly SourceStream[], { format, averageRate, path }: Film, startTicks: number): string[] {
  const pictures = toSeconds({ ticks: startTicks, timebase: format.timebase });
  return streams.flatMap(({ index, type, codec, outcome, statedStart }) => {
    const held = type === 'audio' && (outcome.kind === 'copied' || outcome.kind === 'converted');
    const later = (statedStart ?? pictures) - pictures;
    if (!held || later < averageRate.den / averageRate.num) return [];
    return `Stream ${index} (${type}, ${codec}) of ${path} starts ${later.toFixed(2)} seconds after the picture, and mxf holds no times: it starts with the picture there; choose .mov or .mkv to keep it in step.`;
  });
}

function mended({ lost, of, from, to }: { lost: number; of: number; from: number; to: number }): string {
  const where = Number.isNaN(from)
    ? ''
    : lost === 1
      ? `, at second ${from.toFixed(2)},`
      : `, between seconds ${from.toFixed(2)} and ${to.toFixed(2)},`;
  return `${lost} of its ${of} packets${where} cannot be read and ${lost === 1 ? 'is' : 'are'} left out`;
}

/** Recommends only what was tried. */
function remedy({ containers, conversion }: Remedies, how: string): string {
  const choices = [
    ...(containers.length > 0 ? [`choose ${containers.map(name => `.${name}`).join(' or ')} to keep it${how && ` ${how}`}`] : []),
    ...(conversion === undefined ? [] : [`add --audio convert to have it as ${conversion}`]),
  ];
  return choices.join(', or ') || 'no container that is written here with these pictures holds it, so keep the source for it';
}
