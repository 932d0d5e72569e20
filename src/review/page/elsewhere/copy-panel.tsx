import { useState } from 'preact/hooks';
import type { ShotView } from '../../contract.ts';
import { Segments } from '../parts/segments.tsx';
import { complain, edit } from '../state/actions.ts';
import { type State, shotAt } from '../state/store.ts';
import { copyHints } from './copy-hints.ts';
import { readShots, shotsInWords } from './shot-numbers.ts';

const KINDS = [
  { value: 'hints', title: 'Hints', what: 'Each hint goes to where its thing is seen again; where it is not, that is said.' },
  { value: 'grade', title: 'Grade', what: 'The other shots get the grade of this one, or the film’s if it has none of its own.' },
  { value: 'reference', title: 'Reference', what: 'Keyframes of the other shots are coloured like the reference of this one.' },
] as const;
type Kind = (typeof KINDS)[number]['value'];

/** Copies hints, grade or reference of the shot on the screen to other shots. */
export function CopyPanel({ review }: { review: State }) {
  const [kind, setKind] = useState<Kind>('hints');
  const [text, setText] = useState('');
  const [copying, setCopying] = useState<'copying' | 'ready'>('ready');
  const { shots } = review.project!;
  const shot = shotAt(review.project!, review.frame);
  if (shots.length < 2) return null;
  const nothing = nothingToCopy(shot, kind);
  const copy = async (event: Event) => {
    event.preventDefault();
    const to = readShots(text, { count: shots.length, but: shot.number });
    if (typeof to === 'string') {
      complain(to);
      return;
    }
    setCopying('copying');
    await (kind === 'hints' ? copyHints(shot, to) : copyWhole(kind, shot, to));
    setCopying('ready');
  };
  return (
    <section class="panel" aria-labelledby="copy-title">
      <h2 id="copy-title">
        Copy from shot <span>{shot.number + 1}</span>
      </h2>
      <Segments legend="What is copied" options={KINDS} value={kind} onChoose={setKind} />
      <form class="row" onSubmit={event => void copy(event)}>
        <input
          type="text"
          aria-label="Shots to copy to"
          placeholder="To shots: 2, 5-7 or all"
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
        <button type="submit" class="small" disabled={nothing !== undefined || text.trim() === '' || copying === 'copying'}>
          Copy
        </button>
      </form>
      <p class="aside">{nothing ?? KINDS.find(({ value }) => value === kind)!.what}</p>
    </section>
  );
}

function nothingToCopy({ number, keyframes }: ShotView, kind: Kind): string | undefined {
  if (kind === 'hints' && keyframes.every(({ hints }) => hints.length === 0)) return `Shot ${number + 1} has no hints.`;
  if (kind === 'reference' && keyframes.every(({ source }) => source !== 'reference'))
    return `Shot ${number + 1} has no reference; "Reference…" puts one on a keyframe.`;
  return undefined;
}

function copyWhole(kind: 'grade' | 'reference', shot: ShotView, to: readonly number[]): Promise<unknown> {
  const what = `The ${kind} of shot ${shot.number + 1} is copied to ${shotsInWords(to)}.`;
  return edit({ kind: `${kind}-copy`, from: shot.number, to: [...to] }, what);
}
