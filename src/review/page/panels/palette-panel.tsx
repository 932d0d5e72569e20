import { useState } from 'preact/hooks';
import { type PaletteEntry, paletteHints } from '../../../media/plan/hint.ts';
import { putPalette } from '../elsewhere/put.ts';
import { SeenAgainList } from '../elsewhere/seen-again.tsx';
import { Icon } from '../parts/icons.tsx';
import { NameForm } from '../parts/name-form.tsx';
import { edit } from '../state/actions.ts';
import { type State, update } from '../state/store.ts';

/** Places of an entry that are looked for in other shots. */
const MAX_EXAMPLES = 8;

/** Named colours of the film. Each is a hint in every keyframe on which it is placed. */
export function PalettePanel({ review }: { review: State }) {
  const { color } = review;
  const entries = review.project!.palette;
  return (
    <section class="panel" aria-labelledby="palette-title">
      <h2 id="palette-title">Palette</h2>
      {entries.length === 0 && (
        <p class="aside">
          Colours with names, placed on any frame, and found where their things are seen again; a new colour changes all places.
        </p>
      )}
      {entries.length > 0 && (
        <ul class="palette">
          {entries.map(entry => (
            <Entry key={entry.name} entry={entry} review={review} />
          ))}
        </ul>
      )}
      <NameForm
        label="Name of a new palette colour"
        placeholder="Name this colour"
        maxLength={60}
        action="Add"
        onName={name => edit({ kind: 'palette', name, color }, `${name} is in the palette.`)}
      >
        <span class="swatch" style={{ backgroundColor: color }} />
      </NameForm>
    </section>
  );
}

function Entry({ entry, review }: { entry: PaletteEntry; review: State }) {
  const [finding, setFinding] = useState<'open' | 'closed'>('closed');
  const { tool } = review;
  const { name, color, places } = entry;
  const placing = typeof tool === 'object' && tool.place === name;
  return (
    <li>
      <input
        type="color"
        aria-label={`Colour of ${name}`}
        value={color}
        onChange={event => void edit({ kind: 'palette', name, color: event.currentTarget.value }, `${name} has a new colour.`)}
      />
      <button
        type="button"
        class="name"
        title="Paint hints with this colour"
        onClick={() => update({ color, name, tool: 'hint', isPlaying: false })}
      >
        {name}
        <small>{places.length === 1 ? '1 place' : `${places.length} places`}</small>
      </button>
      <button
        type="button"
        class="small"
        aria-pressed={placing}
        aria-label={`Place ${name} on the picture`}
        onClick={() => update({ tool: placing ? 'none' : { place: name }, isPlaying: false })}
      >
        Place
      </button>
      {places.length > 0 && review.project!.shots.length > 1 && (
        <button
          type="button"
          class="small"
          aria-expanded={finding === 'open'}
          aria-label={`Find ${name} in other shots`}
          title={`Where what has this colour is seen in other shots`}
          onClick={() => setFinding(finding === 'open' ? 'closed' : 'open')}
        >
          Find
        </button>
      )}
      <button
        type="button"
        class="quiet small"
        aria-label={`Remove ${name} from the palette`}
        onClick={() => void edit({ kind: 'palette-remove', name }, `${name} removed from the palette.`)}
      >
        <Icon name="remove" />
      </button>
      {finding === 'open' && (
        <SeenAgainList
          review={review}
          examples={examplesOf(entry)}
          put={sightings => void putPalette(name, places[0]?.fill, sightings)}
        />
      )}
    </li>
  );
}

/** The last places of an entry show what it is for. */
function examplesOf(entry: PaletteEntry) {
  const recent = { ...entry, places: entry.places.slice(-MAX_EXAMPLES) };
  return recent.places.flatMap(({ index }) => paletteHints([recent], index).map(hint => ({ index, hint })));
}
