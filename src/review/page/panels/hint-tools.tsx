import type { KeyframeView } from '../../contract.ts';
import { Icon } from '../parts/icons.tsx';
import { type State, update } from '../state/store.ts';
import { HintRow } from './hint-row.tsx';
import { RADIUS, ShareSlider } from './share-slider.tsx';
import { ToolToggle } from './tool-toggle.tsx';

export const TOOLS = [
  {
    tool: 'hint',
    name: 'Paint',
    icon: 'brush',
    key: 'H',
    what: 'Click or draw on the picture: what lies there, and what is like it, takes this colour.',
  },
  {
    tool: 'fill',
    name: 'Fill',
    icon: 'fill',
    key: 'G',
    what: 'Point at a thing: it is filled up to its edges. The wheel reaches farther or less far.',
  },
  {
    tool: 'polygon',
    name: 'Polygon',
    icon: 'polygon',
    key: 'L',
    what: 'Click from corner to corner; a click on the first one closes it, and its inside takes this colour.',
  },
  { tool: 'erase', name: 'Erase', icon: 'erase', key: 'B', what: 'Click on marks of this keyframe: they go.' },
  { tool: 'pick', name: 'Pick', icon: 'pick', key: 'E', what: 'Click on the picture: its colour is taken for the next hint.' },
] as const;

const REGION_TOOLS = [
  { tool: 'add', what: 'Draw where the chosen region is to reach, too.' },
  { tool: 'subtract', what: 'Draw where the chosen region is not to be.' },
] as const;

/** The tools, what the next hint will be, and the hints that are. */
export function HintTools({ review, keyframe }: { review: State; keyframe: KeyframeView | undefined }) {
  const { tool, color, radius, fill } = review;
  const hints = keyframe?.hints ?? [];
  const inHand = [...TOOLS, ...REGION_TOOLS].find(one => one.tool === tool);
  return (
    <>
      <div class="row tools">
        {TOOLS.map(({ tool, name, icon, key, what }) => (
          <ToolToggle key={tool} review={review} tool={tool} title={`${what} (${key})`}>
            <Icon name={icon} /> {name}
          </ToolToggle>
        ))}
      </div>
      <div class="row">
        <input
          type="color"
          aria-label="Colour of the next hint"
          title="Colour of the next hint"
          value={color}
          onInput={event => update({ color: event.currentTarget.value })}
        />
        <input
          type="text"
          aria-label="Name of the next hint"
          placeholder="Name, if you like: lawn"
          maxLength={60}
          value={review.name}
          onInput={event => update({ name: event.currentTarget.value })}
        />
      </div>
      {tool === 'fill' ? (
        <ShareSlider title="Reach" range={[0, 1]} step={0.01} value={fill} onInput={fill => update({ fill })} />
      ) : (
        <ShareSlider
          title="Size"
          range={[RADIUS.least, RADIUS.most]}
          step={RADIUS.step}
          value={radius}
          onInput={radius => update({ radius })}
        />
      )}
      <p class="aside">
        {inHand?.what ?? 'Painting on any frame makes it a keyframe. Click a mark to change it, drag it to move it.'}
      </p>
      {hints.length > 0 && keyframe && (
        <ul class="hints" aria-label="Hints on this keyframe">
          {hints.map((hint, number) => (
            <HintRow key={hint.id ?? number} hint={hint} number={number} index={keyframe.index} review={review} />
          ))}
        </ul>
      )}
    </>
  );
}
