import type { KeyframeView } from '../../contract.ts';
import { type State, update } from '../state/store.ts';
import { HintRow } from './hint-row.tsx';
import { RADIUS, ShareSlider } from './share-slider.tsx';
import { ToolToggles } from './tool-toggles.tsx';
import { REGION_TOOLS, TOOLS } from './tools.ts';

/** The tools, what the next hint will be, and the hints that are. */
export function HintTools({ review, keyframe }: { review: State; keyframe: KeyframeView | undefined }) {
  const { tool, color, radius, fill } = review;
  const hints = keyframe?.hints ?? [];
  const inHand = [...TOOLS, ...REGION_TOOLS].find(one => one.tool === tool);
  return (
    <>
      <div class="row tools">
        <ToolToggles review={review} tools={TOOLS} />
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
        {inHand?.usage ?? 'Painting on any frame makes it a keyframe. Click a mark to change it, drag it to move it.'}
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
