import type { Comparison } from '../../contract.ts';
import { seek } from '../state/actions.ts';
import { type Compared, type State, shotAt } from '../state/store.ts';
import { useComparison, versionTitle } from '../state/versions.ts';

/** Shots that are listed before they are counted. */
const MAX_LISTED = 100;

/** The shots that differ between two versions, and how; a click goes there. */
export function ComparisonList({ review, compared }: { review: State; compared: Compared }) {
  const project = review.project!;
  const found = useComparison(compared, project.serial);
  if (!found) return <p class="aside">Comparing…</p>;
  if (found.shots.length === 0) return <p class="aside">No shot differs: every picture is the same in both.</p>;
  const here = shotAt(project, review.frame).number;
  const seen = found.shots.find(({ number }) => number === here);
  return (
    <>
      <p class="aside">{seen ? picturesInWords(seen, project, compared) : `Shot ${here + 1} is the same in both.`}</p>
      <ul class="differences" aria-label="Shots that differ">
        {found.shots.slice(0, MAX_LISTED).map(difference => (
          <li key={difference.number}>
            <button
              type="button"
              class="quiet small"
              aria-current={difference.number === here ? 'true' : undefined}
              onClick={() => seek(firstFrame(difference, project.shots[difference.number]!.start))}
            >
              <strong>Shot {difference.number + 1}</strong> {differenceInWords(difference)}
            </button>
          </li>
        ))}
      </ul>
      {found.shots.length > MAX_LISTED && <p class="aside">and {found.shots.length - MAX_LISTED} more shots</p>}
    </>
  );
}

type Difference = Comparison['shots'][number];

/** A keyframe that differs, or the shot's first frame. */
function firstFrame({ keyframes, sources }: Difference, start: number): number {
  return keyframes.added[0] ?? keyframes.removed[0] ?? sources[0] ?? start;
}

/** From the left to the right. */
export function differenceInWords({
  hints,
  keyframes,
  sources,
  grade,
  palette,
}: Omit<Difference, 'number' | 'pictures'>): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  const lines = [
    hints.added > 0 && `${count(hints.added, 'hint')} more`,
    hints.removed > 0 && `${count(hints.removed, 'hint')} fewer`,
    hints.changed > 0 && `${count(hints.changed, 'hint')} changed`,
    keyframes.added.length > 0 && `${count(keyframes.added.length, 'keyframe')} more`,
    keyframes.removed.length > 0 && `${count(keyframes.removed.length, 'keyframe')} fewer`,
    sources.length > 0 && `${count(sources.length, 'keyframe')} coloured from elsewhere`,
    palette && 'palette',
    grade && 'grade',
  ];
  return lines.filter(line => line !== false).join(', ');
}

/** What the two pictures are: a version that was never rendered is shown as its keyframes would be coloured. */
function picturesInWords({ number, pictures }: Difference, project: State['project'] & object, compared: Compared): string {
  const planned = [compared.one, compared.other].filter((_, side) => pictures[side] === 'planned');
  if (planned.length === 0) return `Both are shown as rendered.`;
  const names = planned.map(id => versionTitle(project, id)).join(' and ');
  return `Shot ${number + 1} is not rendered so: ${names}. It is shown as this frame would be coloured if it were a keyframe.`;
}
