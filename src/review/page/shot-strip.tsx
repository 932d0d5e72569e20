import { useEffect, useRef } from 'preact/hooks';
import { seek } from './actions.ts';
import { withToken } from './api.ts';
import { Icon } from './icons.tsx';
import { clock, type State, secondsAt, shotAt } from './store.ts';
import type { Shot } from './wire.ts';

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
              <Thumbnail shot={shot} review={review} />
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

/** What was rendered costs the server a decode; only where that is not so, the keyframe is coloured for it. */
function Thumbnail({ shot, review }: { shot: Shot; review: State }) {
  const shown = shot.keyframes[0]?.index ?? shot.start;
  const path =
    shot.state === 'rendered'
      ? `/api/frames/${shown}?side=after&width=${THUMBNAIL}&render=${review.renders[shot.number] ?? 0}-${revisionOf(shot)}`
      : shot.keyframes.length > 0
        ? `/api/keyframes/${shown}?width=${THUMBNAIL}&revision=${revisionOf(shot)}`
        : `/api/frames/${shown}?side=before&width=${THUMBNAIL}`;
  return <img src={withToken(path)} alt="" loading="lazy" draggable={false} />;
}

/** A thumbnail changes when what is planned for its shot changes, not with every change of the film. */
function revisionOf(shot: Shot): string {
  return encodeURIComponent(String(hash(JSON.stringify([shot.keyframes[0], shot.grade]))));
}

function hash(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return sum >>> 0;
}

/** Share of the shot that is rendered, where the progress told is the shot's own; while it counts the film's frames nobody knows. */
function shareDone(shot: Shot, { progress }: State): number | undefined {
  if (progress?.shot !== shot.number || progress.total !== shot.end - shot.start) return undefined;
  return progress.done / progress.total;
}

function stateInWords(shot: Shot, review: State): string {
  if (shot.state === 'rendered') return 'done';
  if (shot.state === 'stale') return 'stale';
  const share = shareDone(shot, review);
  return share === undefined ? 'rendering' : `rendering ${Math.round(share * 100)}%`;
}
