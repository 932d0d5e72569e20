import type { SingleEdit } from '../../../media/plan/edit.ts';
import { type Hint, isRegion } from '../../../media/plan/hint.ts';
import { putHint } from '../elsewhere/put.ts';
import { SeenAgainList } from '../elsewhere/seen-again.tsx';
import { Icon } from '../parts/icons.tsx';
import { edit } from '../state/actions.ts';
import { changeHint, removeHint } from '../state/hint-actions.ts';
import { type Chosen, type State, update } from '../state/store.ts';
import { RADIUS, ShareSlider } from './share-slider.tsx';
import { ToolToggles } from './tool-toggles.tsx';
import { REGION_TOOLS } from './tools.ts';

/** A hint of the keyframe: colour, name, size; of a region its reach and its strokes. */
export function HintRow({ hint, number, index, review }: { hint: Hint; number: number; index: number; review: State }) {
  const one = { index, id: hint.id! };
  const isChosen = review.chosen?.id === hint.id;
  const what = hint.polygon ? 'polygon' : isRegion(hint) ? 'region' : hint.path ? 'stroke' : 'dot';
  return (
    <li class={isChosen ? 'chosen' : ''}>
      <div class="row">
        <input
          type="color"
          aria-label={`Colour of hint ${number + 1}`}
          value={hint.color}
          onChange={event => void changeHint(one, { color: event.currentTarget.value }, `Hint ${number + 1} has a new colour.`)}
        />
        <button
          type="button"
          class="name"
          aria-expanded={isChosen}
          onClick={() => update({ chosen: isChosen ? undefined : one })}
        >
          {hint.name ?? hint.color}
          <small>{what}</small>
        </button>
        <button
          type="button"
          class="quiet small"
          aria-label={`Remove hint ${number + 1}, ${hint.color}`}
          onClick={() => void removeHint(one)}
        >
          <Icon name="remove" />
        </button>
      </div>
      {isChosen && (
        <>
          <input
            type="text"
            aria-label={`Name of hint ${number + 1}`}
            placeholder="What is it?"
            maxLength={60}
            defaultValue={hint.name ?? ''}
            onChange={event =>
              void changeHint(one, { name: event.currentTarget.value.trim() || null }, `Hint ${number + 1} has a new name.`)
            }
          />
          {hint.fill !== undefined && (
            <ShareSlider
              title="Reach of this region"
              range={[0, 1]}
              step={0.01}
              value={hint.fill}
              onChange={fill => void changeHint(one, { fill }, `Region ${number + 1} reaches elsewhere.`)}
            />
          )}
          {isRegion(hint) ? (
            <RegionStrokes hint={hint} one={one} review={review} />
          ) : (
            <ShareSlider
              title="Size of this hint"
              range={[RADIUS.least, RADIUS.most]}
              step={RADIUS.step}
              value={hint.radius}
              onChange={radius => void changeHint(one, { radius }, `Hint ${number + 1} has another size.`)}
            />
          )}
          <KeepInPalette hint={hint} one={one} review={review} />
          {review.project!.shots.length > 1 && (
            <SeenAgainList review={review} examples={[{ index, hint }]} put={sightings => void putHint(hint, sightings)} />
          )}
        </>
      )}
    </li>
  );
}

/** Makes a dot or a fill a place of the palette, under its name: its colour is then changed for all its places at once. */
function KeepInPalette({ hint, one, review }: { hint: Hint; one: Chosen; review: State }) {
  const { name, color, x, y, fill } = hint;
  if (name === undefined || hint.path || hint.polygon || hint.corrections) return null;
  const known = review.project!.palette.some(entry => entry.name === name);
  const place = { index: one.index, x, y, ...(fill !== undefined && { fill }) };
  const edits: SingleEdit[] = [
    ...(known ? [] : [{ kind: 'palette', name, color } as const]),
    { kind: 'palette-place', name, place },
    { kind: 'hint-remove', ...one },
  ];
  return (
    <button
      type="button"
      class="quiet small"
      title={known ? `It takes the colour that ${name} has in the palette` : 'One colour for all its places in the film'}
      onClick={() => void edit({ kind: 'batch', edits }, `${name} is in the palette.`)}
    >
      <Icon name="add" /> Keep {name} in the palette
    </button>
  );
}

/** The strokes that were added to a region or taken from it, and the tools for more. */
function RegionStrokes({ hint, one, review }: { hint: Hint; one: Chosen; review: State }) {
  const strokes = hint.corrections?.length ?? 0;
  return (
    <div class="row tools">
      <ToolToggles review={review} tools={REGION_TOOLS} />
      {strokes > 0 && (
        <button
          type="button"
          class="quiet small"
          title="The region as it was proposed, without strokes"
          onClick={() => void changeHint(one, { corrections: null }, 'The region is as it was proposed.')}
        >
          {strokes === 1 ? 'Undo 1 stroke' : `Undo ${strokes} strokes`}
        </button>
      )}
    </div>
  );
}
