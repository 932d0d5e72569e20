import { Icon } from './icons.tsx';
import type { State } from './store.ts';

/** Progress is announced in steps of so many percent: a screen reader that reads every frame is of no use. */
const ANNOUNCED_STEP = 25;

/** What was last done, what is being rendered, what went wrong; announced to screen readers. */
export function StatusBar({ review: { message, progress, connection, project } }: { review: State }) {
  const share = progress && progress.total > 0 ? progress.done / progress.total : 0;
  const announced = Math.floor((share * 100) / ANNOUNCED_STEP) * ANNOUNCED_STEP;
  const lost = connection === 'lost';
  const saved = project ? `Saved · revision ${project.revision}` : '';
  return (
    <footer class="status">
      <p class={message?.kind === 'fault' || lost ? 'fault' : ''} role="status" aria-live="polite">
        {(message?.kind === 'fault' || lost) && <Icon name="warn" />}
        {lost ? 'The connection to the server is lost; this page goes on when it is back.' : message?.text}
      </p>
      {progress && (
        <p class="progress" aria-hidden="true">
          <progress max={1} value={share} />
          Rendering shot {progress.shot + 1} · {progress.done} of {progress.total} frames
          {progress.framesPerSecond > 0 && ` · ${progress.framesPerSecond.toFixed(1)} a second`}
          {progress.secondsLeft > 0 && ` · ${Math.ceil(progress.secondsLeft)} s left`}
        </p>
      )}
      <p class="unseen" role="status" aria-live="polite">
        {progress ? `Rendering, at shot ${progress.shot + 1}, ${announced} percent` : ''}
      </p>
      <p class="aside">{saved}</p>
    </footer>
  );
}
