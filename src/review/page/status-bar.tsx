import { Icon } from './parts/icons.tsx';
import { type State, update } from './state/store.ts';

/** Progress is announced in steps of so many percent: a screen reader that reads every frame is of no use. */
const ANNOUNCED_STEP = 25;

/** What was last done, what is being rendered, what went wrong and what can be done about it; announced to screen readers. */
export function StatusBar({ review: { message, progress, link, project, sending } }: { review: State }) {
  const share = progress && progress.total > 0 ? progress.done / progress.total : 0;
  const announced = Math.floor((share * 100) / ANNOUNCED_STEP) * ANNOUNCED_STEP;
  const lost = link === 'lost';
  const fault = message?.kind === 'fault' || lost;
  return (
    <footer class="status">
      <p class={fault ? 'fault' : ''} role="status" aria-live="polite">
        {fault && <Icon name="warn" />}
        {lost ? 'The connection to the server is lost; this page goes on when it is back.' : message?.text}
        {!lost && message?.link && (
          <a href={message.link.address} download={message.link.name}>
            {message.link.name}
          </a>
        )}
      </p>
      {!lost &&
        message?.offers?.map(({ offer, title, act }) => (
          <button
            type="button"
            class="small"
            key={offer}
            onClick={() => {
              update({ message: undefined });
              act();
            }}
          >
            {title}
          </button>
        ))}
      {progress && (
        <p class="progress" aria-hidden="true">
          <progress max={1} value={share} />
          Rendering shot {progress.shot + 1} · {progress.done} of {progress.total} frames
          {progress.framesPerSecond !== undefined && ` · ${progress.framesPerSecond.toFixed(1)} a second`}
          {progress.secondsLeft !== undefined && ` · ${Math.ceil(progress.secondsLeft)} s left`}
        </p>
      )}
      <p class="unseen" role="status" aria-live="polite">
        {progress ? `Rendering, at shot ${progress.shot + 1}, ${announced} percent` : ''}
      </p>
      <p class="aside">{lost ? '' : sending > 0 ? 'Saving' : project ? `Saved · revision ${project.revision}` : ''}</p>
    </footer>
  );
}
