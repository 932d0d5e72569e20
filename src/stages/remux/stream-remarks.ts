import { type Film, startSeconds } from '../../media/film/film.ts';
import type { Container } from '../encode/codec-cards.ts';
import type { Remedies, SourceStream } from './plan-streams.ts';

/** Messages for the user about the other streams, one sentence each. */
export interface StreamRemarks {
  /** What the container cannot hold, and what was done. */
  readonly warnings: readonly string[];
  /** What is damaged in the source, and what was done. */
  readonly damage: readonly string[];
}

/** What there is to say of the streams of the result, of the whole film or of a stretch of it. */
export function streamRemarks(
  streams: readonly SourceStream[],
  film: Film,
  { container, part }: { readonly container: Container; readonly part: 'whole' | 'stretch' },
): StreamRemarks {
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
  if (container === 'mxf' && part === 'whole') warnings.push(...lostOffsets(streams, film));
  return { warnings, damage };
}

/**
 * MXF holds no times, so that all of its streams start together. Where sound is decoded, silence before it keeps it in step, but
 * what precedes the picture has no place. An offset of less than a frame is not heard.
 */
function lostOffsets(streams: readonly SourceStream[], film: Film): string[] {
  const pictures = startSeconds(film);
  const isDecoded = film.stretches.length === 0;
  return streams.flatMap(({ index, type, codec, outcome, statedStart }) => {
    const held = type === 'audio' && (outcome.kind === 'copied' || outcome.kind === 'converted');
    const later = (statedStart ?? pictures) - pictures;
    const isKept = later >= 0 && isDecoded;
    if (!held || isKept || Math.abs(later) < film.averageRate.den / film.averageRate.num) return [];
    const starts = `starts ${Math.abs(later).toFixed(2)} seconds ${later < 0 ? 'before' : 'after'} the picture`;
    const ends = isDecoded
      ? 'and mxf begins with the picture: so much of it is left out'
      : 'and mxf holds no times: it starts with the picture there';
    return `Stream ${index} (${type}, ${codec}) of ${film.path} ${starts}, ${ends}; choose .mov or .mkv to keep it in step.`;
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
