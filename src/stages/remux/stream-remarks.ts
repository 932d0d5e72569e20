import type { Film } from '../../media/film/film.ts';
import type { Container } from '../encode/codecs.ts';
import type { SourceStream } from './plan-streams.ts';

/** Messages for the user about the other streams, one sentence each. */
export interface StreamRemarks {
  /** What the container cannot hold, and what was done. */
  readonly warnings: readonly string[];
  /** What is damaged in the source, and what was done. */
  readonly damage: readonly string[];
}

/** `pictures`: containers that can hold the result's pictures, from which another may be recommended. */
export function streamRemarks(
  streams: readonly SourceStream[],
  film: Film,
  container: Container,
  pictures: readonly Container[],
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
      else warnings.push(`${name} cannot be held by ${container} as it is: ${how}; ${elsewhere(stream, pictures, 'unchanged')}.`);
    }
    if (outcome.kind === 'left out') {
      if (outcome.damaged)
        damage.push(
          `${name} of ${film.path} is damaged and can be neither copied nor decoded: left out; keep the source for it.`,
        );
      else warnings.push(`${name} cannot be held by ${container}: left out; ${elsewhere(stream, pictures, '')}.`);
    }
  }
  return { warnings, damage };
}

function mended({ lost, of, from, to }: { lost: number; of: number; from: number; to: number }): string {
  const where = Number.isNaN(from)
    ? ''
    : lost === 1
      ? `, at second ${from.toFixed(2)},`
      : `, between seconds ${from.toFixed(2)} and ${to.toFixed(2)},`;
  return `${lost} of its ${of} packets${where} cannot be read and ${lost === 1 ? 'is' : 'are'} left out`;
}

/** Recommends only containers that were tried. */
function elsewhere({ elsewhere: held }: SourceStream, pictures: readonly Container[], how: string): string {
  const fit = held.filter(container => pictures.includes(container));
  if (fit.length === 0) return 'no container that is written here with these pictures holds it, so keep the source for it';
  return `choose ${fit.map(container => `.${container}`).join(' or ')} to keep it${how && ` ${how}`}`;
}
