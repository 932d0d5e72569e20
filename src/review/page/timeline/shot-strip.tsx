import { useEffect, useRef } from 'preact/hooks';
import { addressOf, type ShotView } from '../../contract.ts';
import { Icon } from '../parts/icons.tsx';
import { seek } from '../state/actions.ts';
import { withToken } from '../state/api.ts';
import { clock, type State, secondsAt, shotAt } from '../state/store.ts';

/** Width of a thumbnail that is asked for, in pixels: twice what is shown, for dense screens. */
const THUMBNAIL = 240;

/** The shots of the film with their first keyframe, state and trust. */
export function ShotStrip({ review }: { review: State }) {
  const project = review.project!;
  const chosen = shotAt(project, review.frame).number;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [chosen]);
  return (
    <nav class="strip" aria-label="Shots">
      <ol ref={list}>
        {project.shots.map(shot => (
          <li key={shot.number}>
            <button
              type="button"
              class={`shot ${shot.state}`}
              aria-current={shot.number === chosen ? 'true' : undefined}
              title={`Frames ${shot.start} to ${shot.end - 1}`}
              onClick={() => seek(shot.start)}
            >
              <Thumbnail shot={shot} />
              <span class="number">
                <span class="unseen">Shot </span>
                {shot.number + 1}
                <small>{clock(secondsAt(project, shot.start))}</small>
              </span>
              <span class="state">
                <Icon name={shot.state === 'rendered' ? 'done' : shot.state} />
                {stateInWords(shot, review)}
              </span>
              {shot.state === 'rendering' && (
                <progress
                  max={1}
                  {...(shareDone(shot, review) !== undefined && { value: shareDone(shot, review)! })}
                  aria-label={`Shot ${shot.number + 1}`}
                />
              )}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** What is there to be seen of a shot; only where nothing is, its keyframe is coloured for it. */
function Thumbnail({ shot }: { shot: ShotView }) {
  const index = shot.keyframes[0]?.index ?? shot.start;
  const width = THUMBNAIL;
  const path =
    shot.shown !== null
      ? addressOf('frame', { index }, { width, of: shot.shown })
      : shot.keyframes.length > 0
        ? addressOf('keyframe', { index }, { width, of: shot.planned })
        : addressOf('frame', { index }, { width });
  return <img src={withToken(path)} alt="" loading="lazy" draggable={false} />;
}

/**
 * Rendered share of the shot, known while the progress is the shot's own; unknown while it counts the film's frames.
 */
function shareDone(shot: ShotView, { progress }: State): number | undefined {
  if (progress?.shot !== shot.number || progress.total !== shot.end - shot.start) return undefined;
  return progress.done / progress.total;
}

function stateInWords(shot: ShotView, review: State): string {
  if (shot.state === 'rendered') return 'done';
  if (shot.state === 'stale') return shot.shown === null ? 'not yet' : 'changed';
  const share = shareDone(shot, review);
  return share === undefined ? 'rendering' : `rendering ${Math.round(share * 100)}%`;
}
