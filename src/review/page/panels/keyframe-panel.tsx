import { useRef } from 'preact/hooks';
import type { KeyframeView } from '../../contract.ts';
import { Icon } from '../parts/icons.tsx';
import { edit, replacePicture, seek } from '../state/actions.ts';
import type { PictureUse } from '../state/api.ts';
import { keyframeOn, type State, shotAt } from '../state/store.ts';
import { HintTools } from './hint-tools.tsx';

/** The keyframe on the screen, or the way to one. */
export function KeyframePanel({ review }: { review: State }) {
  const project = review.project!;
  const keyframe = keyframeOn(project, review.frame);
  return (
    <section class="panel" aria-labelledby="keyframe-title">
      <h2 id="keyframe-title">
        {keyframe ? 'Keyframe' : 'Frame'} <span>{review.frame}</span>
      </h2>
      {!keyframe && <Elsewhere review={review} />}
      <HintTools review={review} keyframe={keyframe} />
      {keyframe && <Shown review={review} keyframe={keyframe} />}
    </section>
  );
}

function Elsewhere({ review: { project, frame } }: { review: State }) {
  const { keyframes } = shotAt(project!, frame);
  const nearest = [...keyframes].sort((a, b) => Math.abs(a.index - frame) - Math.abs(b.index - frame))[0];
  return (
    <>
      <p class="aside">Its colour is carried from the keyframes of the shot.</p>
      <div class="row tools">
        <button type="button" title="Make this frame a keyframe (K)" onClick={() => void addKeyframe(frame)}>
          <Icon name="add" /> Make it a keyframe
        </button>
        {nearest && (
          <button type="button" class="quiet" onClick={() => seek(nearest.index)}>
            <Icon name="key" /> Go to {nearest.index}
          </button>
        )}
      </div>
    </>
  );
}

export function addKeyframe(frame: number): Promise<unknown> {
  return edit({ kind: 'keyframe-add', index: frame }, `Frame ${frame} is a keyframe.`);
}

export function removeKeyframe(frame: number): Promise<unknown> {
  return edit({ kind: 'keyframe-remove', index: frame }, `Keyframe ${frame} removed.`);
}

function Shown({ review, keyframe }: { review: State; keyframe: KeyframeView }) {
  const { index } = keyframe;
  const shot = shotAt(review.project!, index);
  const move = (to: number) => {
    if (!Number.isInteger(to) || to === index) return;
    void edit({ kind: 'keyframe-move', index, to }, `Keyframe ${index} moved to frame ${to}.`).then(() => seek(to));
  };
  return (
    <>
      <PictureDrop keyframe={keyframe} />
      <div class="row spread">
        <label class="inline">
          On frame
          <input
            key={index}
            type="number"
            min={shot.start}
            max={shot.end - 1}
            defaultValue={String(index)}
            onChange={event => move(Number(event.currentTarget.value))}
          />
        </label>
        <button type="button" class="quiet" title="Remove this keyframe (Delete)" onClick={() => void removeKeyframe(index)}>
          <Icon name="remove" /> Remove
        </button>
      </div>
    </>
  );
}

const FROM = { model: 'the model', picture: 'your picture', reference: 'the model, like your reference' } as const;

/** Where the keyframe's colour is from; a picture is chosen or dropped here. */
function PictureDrop({ keyframe: { index, source } }: { keyframe: KeyframeView }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop files; the button in it does the same
    <div
      class="drop"
      onDragOver={event => event.preventDefault()}
      onDrop={event => {
        event.preventDefault();
        take(event.dataTransfer?.files, { index, use: 'paint' });
      }}
    >
      <p>
        Colour from {FROM[source]}
        {source !== 'model' && (
          <button
            type="button"
            class="bare link"
            onClick={() => void edit({ kind: 'picture-remove', index }, `Frame ${index} takes its colour from the model.`)}
          >
            use the model
          </button>
        )}
      </p>
      <div class="row tools">
        <PictureChooser
          request={{ index, use: 'paint' }}
          label={`Picture for keyframe ${index}, PNG or JPEG`}
          what="This frame, painted: its colours are taken as they are"
        >
          Picture…
        </PictureChooser>
        <PictureChooser
          request={{ index, use: 'reference' }}
          label={`Reference for keyframe ${index}, PNG or JPEG`}
          what="Another picture of the same things: this frame is coloured like it"
        >
          Reference…
        </PictureChooser>
      </div>
    </div>
  );
}

interface PictureRequest {
  readonly index: number;
  readonly use: PictureUse;
}

function take(files: FileList | null | undefined, { index, use }: PictureRequest): void {
  const file = files?.[0];
  if (file) void replacePicture(index, file, { use });
}

interface PictureChooserParts {
  readonly request: PictureRequest;
  readonly label: string;
  readonly what: string;
  readonly children: string;
}

function PictureChooser({ request, label, what, children }: PictureChooserParts) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" title={what} onClick={() => input.current?.click()}>
        <Icon name="picture" /> {children}
      </button>
      <input
        ref={input}
        class="unseen"
        type="file"
        tabIndex={-1}
        accept="image/png,image/jpeg"
        aria-label={label}
        onChange={event => {
          take(event.currentTarget.files, request);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
