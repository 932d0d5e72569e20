import { edit } from './actions.ts';
import { keyframeAt, type State } from './store.ts';

/** Rings where hints and palette colours lie on this keyframe; with a tool in hand they let the click through. */
export function HintMarks({ review, size }: { review: State; size: { width: number; height: number } }) {
  const project = review.project!;
  const { frame } = review;
  const shorter = Math.min(size.width, size.height);
  const placed = (project.palette ?? []).flatMap(entry =>
    entry.places.filter(place => place.index === frame).map(place => ({ ...place, entry })),
  );
  return (
    <div class={review.tool === 'none' ? 'marks' : 'marks through'}>
      {(keyframeAt(project, frame)?.hints ?? []).map((hint, number) => (
        <button
          type="button"
          class="bare mark"
          key={`${hint.x} ${hint.y} ${hint.color} ${hint.radius}`}
          aria-label={`Hint ${number + 1}, ${hint.color}: remove`}
          title="Remove this hint"
          style={{ left: `${hint.x * 100}%`, top: `${hint.y * 100}%`, width: `${Math.max(14, hint.radius * 2 * shorter)}px` }}
          onClick={() => void edit({ kind: 'hint-remove', index: frame, hint }, `Hint ${number + 1} removed.`)}
        >
          <span class="dot" style={{ backgroundColor: hint.color }} />
        </button>
      ))}
      {placed.map(({ entry, x, y }) => (
        <button
          type="button"
          class="bare mark square"
          key={`${entry.name} ${x} ${y}`}
          aria-label={`${entry.name}, ${entry.color}: take away from here`}
          title={`${entry.name}: take away from here`}
          style={{ left: `${x * 100}%`, top: `${y * 100}%`, width: '18px' }}
          onClick={() => {
            const places = entry.places.filter(place => !(place.index === frame && place.x === x && place.y === y));
            void edit({ kind: 'palette', entry: { ...entry, places } }, `${entry.name} taken away from frame ${frame}.`);
          }}
        >
          <span class="dot" style={{ backgroundColor: entry.color }} />
        </button>
      ))}
    </div>
  );
}
