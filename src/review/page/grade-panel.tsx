import { useState } from 'preact/hooks';
import { edit } from './actions.ts';
import { type State, shotAt } from './store.ts';
import type { Grade, HueBand } from './wire.ts';

/** Degrees of hue by the names people use; red lies around 0. */
const HUES = [
  { name: 'Reds', from: 330, to: 30 },
  { name: 'Yellows', from: 30, to: 90 },
  { name: 'Greens', from: 90, to: 150 },
  { name: 'Cyans', from: 150, to: 210 },
  { name: 'Blues', from: 210, to: 270 },
  { name: 'Magentas', from: 270, to: 330 },
] as const;

/** The grade of the film, or of the shot on the screen alone. */
export function GradePanel({ review }: { review: State }) {
  const [scope, setScope] = useState<'film' | 'shot'>('shot');
  const [hue, setHue] = useState(0);
  const project = review.project!;
  const shot = shotAt(project, review.frame);
  const grade: Grade = (scope === 'film' ? project.grade : shot.grade) ?? {};
  const target = scope === 'film' ? 'film' : `shot ${shot.number + 1}`;
  const send = (change: Grade) => {
    const whole = { ...grade, ...change };
    return edit(
      scope === 'film' ? { kind: 'grade', grade: whole } : { kind: 'grade', shot: shot.number, grade: whole },
      `The grade of the ${target} is changed.`,
    );
  };
  const { from, to } = HUES[hue]!;
  const band: HueBand = grade.hues?.find(one => one.from === from && one.to === to) ?? { from, to };
  const sendBand = (change: Partial<HueBand>) => {
    const others = (grade.hues ?? []).filter(one => one.from !== from || one.to !== to);
    return send({ hues: [...others, { ...band, ...change }] });
  };
  return (
    <section class="panel" aria-labelledby="grade-title">
      <div class="row spread">
        <h2 id="grade-title">Grade</h2>
        <fieldset class="segments">
          <legend class="unseen">What is graded</legend>
          {(['shot', 'film'] as const).map(one => (
            <label key={one} class={scope === one ? 'chosen' : ''}>
              <input type="radio" name="scope" checked={scope === one} onChange={() => setScope(one)} />
              {one === 'film' ? 'Film' : `Shot ${shot.number + 1}`}
            </label>
          ))}
        </fieldset>
      </div>
      <Slider
        title="Saturation"
        range={[0, 2]}
        rest={1}
        value={grade.saturation}
        onSet={saturation => void send({ saturation })}
      />
      <Slider
        title="Temperature"
        range={[-1, 1]}
        rest={0}
        value={grade.temperature}
        onSet={temperature => void send({ temperature })}
      />
      <label class="inline spread">
        Hue
        <select value={hue} onChange={event => setHue(Number(event.currentTarget.value))}>
          {HUES.map(({ name }, number) => (
            <option key={name} value={number}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Slider
        title="Hue saturation"
        range={[0, 2]}
        rest={1}
        value={band.saturation}
        onSet={saturation => void sendBand({ saturation })}
      />
      <Slider title="Hue turn" range={[-60, 60]} rest={0} value={band.turn} unit="°" onSet={turn => void sendBand({ turn })} />
    </section>
  );
}

interface SliderParts {
  readonly title: string;
  readonly range: readonly [number, number];
  /** The value that changes nothing: a double click goes back to it. */
  readonly rest: number;
  readonly value: number | undefined;
  readonly unit?: string;
  onSet(value: number): void;
}

/** Sent when it is let go, so that a drag is one change. */
function Slider({ title, range: [least, most], rest, value = rest, unit = '', onSet }: SliderParts) {
  const [held, setHeld] = useState<number>();
  const shown = held ?? value;
  return (
    <label class="slider">
      <span>
        {title} <output>{unit === '' ? shown.toFixed(2) : `${Math.round(shown)}${unit}`}</output>
      </span>
      <input
        type="range"
        min={least}
        max={most}
        step={unit === '' ? 0.01 : 1}
        value={shown}
        aria-label={title}
        title="Double click: as it was"
        onInput={event => setHeld(Number(event.currentTarget.value))}
        onChange={event => {
          setHeld(undefined);
          onSet(Number(event.currentTarget.value));
        }}
        onDblClick={() => value !== rest && onSet(rest)}
      />
    </label>
  );
}
