import type { Film } from '../../media/film/film.ts';
import type { Container } from '../encode/codec-cards.ts';
import type { Remedies, SourceStream } from './plan-streams.ts';

/** Messages for the user about the other streams, one sentence each. */
export interface StreamRemarks {
  /** What the container cannot hold, and what was done. */
  readonly warnings: readonly string[];
  /** What is damaged in the source, and what was done. */
  readonly damage: readonly string[];
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
      else
        warnings.push(
          `${name} cannot be held by ${container} as it is: ${how}; ${remedy({ ...stream.remedies, conversion: undefined }, 'unchanged')}.`,
        );
    }
    if (outcome.kind === 'left out') {
      if (outcome.damaged)
        damage.push(
          `${name} of ${film.path} is damaged and can be neither copied nor decoded: left out; keep the source for it.`,
        );
      else warnings.push(`${name} cannot be held by ${container}: left out; ${remedy(stream.remedies, '')}.`);
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

/** Recommends only what was tried. */
function remedy({ containers, conversion }: Remedies, how: string): string {
  const choices = [
    ...(containers.length > 0 ? [`choose ${containers.map(name => `.${name}`).join(' or ')} to keep it${how && ` ${how}`}`] : []),
    ...(conversion === undefined ? [] : [`add --audio convert to have it as ${conversion}`]),
  ];
  return choices.join(', or ') || 'no container that is written here with these pictures holds it, so keep the source for it';
}
