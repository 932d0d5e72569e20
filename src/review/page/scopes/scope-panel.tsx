import { useLayoutEffect, useRef } from 'preact/hooks';
import { HUE_BINS, type HueScope, joinScopes, skinMeasure } from '../../../kernels/measures/hue-scope.ts';
import { Icon } from '../parts/icons.tsx';
import { nextOption, Segments } from '../parts/segments.tsx';
import { seek } from '../state/actions.ts';
import { type State, shotAt, update } from '../state/store.ts';
import { drawHues, drawVectorscope } from './draw-scopes.ts';
import { skinInWords } from './skin-words.ts';
import { useFrameScope, useShotScopes } from './use-scopes.ts';

const SUBJECTS = [
  { value: 'closed', title: 'Off', tooltip: 'Off, frame, shot (I)' },
  { value: 'frame', title: 'Frame', tooltip: 'Off, frame, shot (I)' },
  { value: 'shot', title: 'Shot', tooltip: 'Off, frame, shot (I)' },
] as const;

/** From off to the frame, to the shot, to off. */
export function nextScopes({ scopes }: State): void {
  update({ scopes: nextOption(SUBJECTS, scopes), tab: 'grade', panels: 'open' });
}

/** Vectorscope and hues of the frame or of the shot, and a warning where skin leaves its line. */
export function ScopePanel({ review }: { review: State }) {
  const { scopes } = review;
  return (
    <section class="panel" aria-labelledby="scopes-title">
      <div class="row spread">
        <h2 id="scopes-title">Scopes</h2>
        <Segments legend="What the scopes show" options={SUBJECTS} value={scopes} onChoose={scopes => update({ scopes })} />
      </div>
      {scopes !== 'closed' && <Scopes review={review} of={scopes} />}
    </section>
  );
}

function Scopes({ review, of }: { review: State; of: 'frame' | 'shot' }) {
  const shot = shotAt(review.project!, review.frame);
  const frame = useFrameScope(review);
  const sampled = useShotScopes(shot, of === 'shot');
  const measured = of === 'shot' ? sampled : frame ? [frame] : [];
  const scope = measured.length > 0 ? joinScopes(measured.map(one => one.scope)) : undefined;
  const skin = skinInWords(measured.map(one => ({ frame: one.frame, skin: skinMeasure(one.scope) })));
  const subject = of === 'frame' ? `frame ${review.frame}` : `shot ${shot.number + 1}`;
  return (
    <>
      <div class="scopes" data-measured={measured.length}>
        <Scope scope={scope} draw={drawVectorscope} width={128} label={`Vectorscope of ${subject}: ${strongest(scope)}`} />
        <Scope scope={scope} draw={drawHues} width={124} label={`Hues of ${subject}: ${strongest(scope)}`} />
      </div>
      {scope ? (
        <p class={skin.kind === 'warning' ? 'aside notice' : 'aside'}>
          {skin.kind === 'warning' && <Icon name="warn" />} {skin.text}
        </p>
      ) : (
        <p class="aside">{of === 'frame' ? 'This frame has no colour yet.' : 'Looking at a few frames of the shot.'}</p>
      )}
      {of === 'shot' && scope && (
        <p class="aside">
          Of {measured.length} {shot.shown === null ? 'keyframes as planned' : 'frames as last rendered'}.
        </p>
      )}
      {of === 'shot' && skin.frames.length > 0 && (
        <ul class="row frames" aria-label="Frames in which skin may be off its line">
          {skin.frames.map(index => (
            <li key={index}>
              <button type="button" class="small" aria-label={`Go to frame ${index}`} onClick={() => seek(index)}>
                {index}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="aside">The amber line is skin's, of any shade; gray is in the middle, a quarter of full chroma at the rim.</p>
    </>
  );
}

interface ScopeParts {
  readonly scope: HueScope | undefined;
  readonly width: number;
  readonly label: string;
  draw(canvas: HTMLCanvasElement, scope: HueScope | undefined): void;
}

function Scope({ scope, width, label, draw }: ScopeParts) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => draw(canvas.current!, scope));
  const [wide, tall] = [width * 2, 256]; // for dense screens
  return (
    <canvas ref={canvas} class="scope" width={wide} height={tall} style={{ width: `${width}px` }} role="img" aria-label={label} />
  );
}

function strongest(scope: HueScope | undefined): string {
  if (!scope) return 'nothing measured';
  const bin = scope.hues.indexOf(Math.max(...scope.hues));
  return `most colour at ${Math.round(((bin + 0.5) / HUE_BINS) * 360)} degrees`;
}
