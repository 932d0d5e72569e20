import type { Film } from '../../media/film/film.ts';
import type { Shot } from '../../media/plan/shot.ts';
import type { Settings } from '../../options.ts';
import type { ColorDetector } from '../../stages/survey/detect-color.ts';

/**
 * By shot: is it in colour already, and to stay as it is? A dissolve or fade is kept if all steady shots beside it are. `auto`
 * keeps nothing of a film that is in colour throughout: who has it coloured wants other colour.
 */
export function keptShots(
  shots: readonly Shot[],
  detector: Pick<ColorDetector, 'coloredIn'> | undefined,
  { keepColor }: Pick<Settings, 'keepColor'>,
): boolean[] {
  const colored = shots.map(shot => shot.kind === 'steady' && (detector?.coloredIn(shot) ?? false));
  const isMixed = shots.some((shot, number) => shot.kind === 'steady' && !colored[number]);
  if (keepColor === 'never' || (keepColor === 'auto' && !isMixed)) return shots.map(() => false);
  return shots.map((shot, number) => {
    if (shot.kind === 'steady') return colored[number]!;
    const beside = [number - 1, number + 1].filter(one => shots[one]?.kind === 'steady');
    return beside.length > 0 && beside.every(one => colored[one]);
  });
}

/** Most stretches of frames that a remark names. */
const NAMED = 4;

/** What to say of a film that is in colour already, as a whole or in part; undefined where there is nothing to say. */
export function colorRemark(
  { path }: Film,
  shots: readonly Shot[],
  kept: readonly boolean[],
  detector: ColorDetector | undefined,
): string | undefined {
  const stretches = shots.filter((_, number) => kept[number]).map(({ start, end }) => `${start}..${end - 1}`);
  if (stretches.length > 0) {
    const named = stretches.slice(0, NAMED).join(', ') + (stretches.length > NAMED ? ' and more' : '');
    return `${path} is in colour already in ${stretches.length} of ${shots.length} shots (frames ${named}), which stay as they are; --keep-color never colours them anew.`;
  }
  if (!detector?.colored()) return undefined;
  return `${path} is in colour already: its luma is kept and its colour replaced; --keep-color always keeps it.`;
}
