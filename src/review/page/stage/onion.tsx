import { useLayoutEffect, useRef } from 'preact/hooks';
import { addressOf } from '../../routes.ts';
import { Select } from '../parts/select.tsx';
import { pictureOf, useArrivals } from '../state/pictures.ts';
import { type OnionKind, type State, shotAt, state, update } from '../state/store.ts';
import { stageWidth } from './stage-size.ts';

/** What can be laid over the picture. */
const KINDS: readonly { readonly value: OnionKind; readonly title: string; readonly what: string }[] = [
  { value: 'before', title: 'Before', what: 'The black-and-white film is laid over the picture.' },
  { value: 'rendered', title: 'Last rendered', what: 'The picture as it was last rendered is laid over the one of now.' },
];
/** By a key. */
const STEP = 0.1;

export function toggleOnion(): void {
  const { onion } = state();
  update({ onion: { ...onion, isOn: !onion.isOn } });
}

export function switchOnion(): void {
  const { onion } = state();
  update({ onion: { ...onion, isOn: true, kind: onion.kind === 'before' ? 'rendered' : 'before' } });
}

export function fadeOnion(by: 1 | -1): void {
  const { onion } = state();
  if (onion.isOn) update({ onion: { ...onion, opacity: Math.max(0, Math.min(1, onion.opacity + by * STEP)) } });
}

/** Another state of the frame over the picture. What is picked and painted is the picture under it. */
export function Onion({ review }: { review: State }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useArrivals();
  const path = onionAddress(review);
  const { picture } = pictureOf(path);
  useLayoutEffect(() => {
    if (!picture) return;
    const { width, height } = canvas.current!;
    canvas.current!.getContext('2d')!.drawImage(picture, 0, 0, width, height);
  }, [picture]);
  if (!picture) return null;
  return (
    <canvas
      ref={canvas}
      class="onion"
      width={picture.width}
      height={picture.height}
      data-path={path}
      style={{ opacity: review.onion.opacity }}
    />
  );
}

/** What is laid over, and how much of it is seen. */
export function OnionControls({ review }: { review: State }) {
  const { onion } = review;
  const missing = onionAddress(review) === undefined;
  return (
    <fieldset class="onion-controls">
      <legend class="unseen">Onion</legend>
      <Select
        label="Laid over the picture"
        options={KINDS}
        value={onion.kind}
        onChoose={kind => update({ onion: { ...onion, kind } })}
      />
      <input
        type="range"
        aria-label="Opacity of what is laid over"
        title="More or less of it (Up, Down)"
        min={0}
        max={1}
        step={0.01}
        value={onion.opacity}
        onInput={event => update({ onion: { ...onion, opacity: Number(event.currentTarget.value) } })}
      />
      <output>{Math.round(onion.opacity * 100)}%</output>
      <p class="aside">{missing ? 'This shot was never rendered.' : KINDS.find(({ value }) => value === onion.kind)!.what}</p>
    </fieldset>
  );
}

function onionAddress({ project, frame, onion }: State): string | undefined {
  const [words, width] = [{ index: frame }, stageWidth()];
  if (onion.kind === 'before') return addressOf('frame', words, { width });
  const { shown } = shotAt(project!, frame);
  return shown === null ? undefined : addressOf('frame', words, { width, of: shown });
}
