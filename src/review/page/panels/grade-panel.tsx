import { useState } from 'preact/hooks';
import type { Grade, GradeChange, GradeLook, HueRange } from '../../../media/plan/grade.ts';
import { lookName } from '../../../media/plan/look-name.ts';
import { edit } from '../state/actions.ts';
import { type State, shotAt, update } from '../state/store.ts';

/**
 * Hues by the names people use, as angles of (Cb, Cr) in degrees, 0 along Cb. The middle of each is the angle of the full colour
 * in BT.709 (red 103, yellow 175, green 230, cyan 283, blue 355, magenta 50), its ends lie half way to the next. Skin is among
 * the reds.
 */
const HUES = [
  { name: 'Reds', from: 76, to: 139 },
  { name: 'Yellows', from: 139, to: 202 },
  { name: 'Greens', from: 202, to: 256 },
  { name: 'Cyans', from: 256, to: 319 },
  { name: 'Blues', from: 319, to: 22 },
  { name: 'Magentas', from: 22, to: 76 },
] as const;

type NamedLook = Extract<GradeLook, string>;
const LOOK_TITLES: Readonly<Record<NamedLook, string>> = {
  technicolor: 'Technicolor',
  kodachrome: 'Kodachrome',
  autochrome: 'Autochrome',
  'hand-tinted': 'Hand-tinted',
};
const isNamed = (word: string): word is NamedLook => word in LOOK_TITLES;

/** The grade of the film, or of the shot on the screen alone. */
export function GradePanel({ review }: { review: State }) {
  const [scope, setScope] = useState<'film' | 'shot'>('shot');
  const [hue, setHue] = useState(0);
  const project = review.project!;
  const shot = shotAt(project, review.frame);
  // A shot's own grade stands in the place of the film's: the first change begins where the film's is.
  const grade: Grade = (scope === 'shot' ? shot.grade : undefined) ?? project.grade ?? {};
  const { look } = grade;
  const shown = lookName(look);
  const target = scope === 'film' ? 'the film' : `shot ${shot.number + 1}`;
  /** What changed alone: the server puts it to what it has. */
  const send = (change: GradeChange) =>
    edit(
      { kind: 'grade', ...(scope === 'shot' && { shot: shot.number }), grade: change },
      `The grade of ${target} is changed.`,
    ).finally(() => update({ triedGrade: undefined }));
  const attempt = (change: GradeChange) =>
    update({ triedGrade: { shot: scope === 'shot' ? shot.number : undefined, grade: withChange(grade, change) } });
  const { from, to } = HUES[hue]!;
  const band: HueRange = grade.hues?.find(one => one.from === from && one.to === to) ?? { from, to };
  const ofBand = (change: Partial<HueRange>): GradeChange => ({ hues: [{ from, to, ...change }] });
  const own = scope === 'film' ? project.grade : shot.grade;
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
        onTry={saturation => attempt({ saturation })}
        onSet={saturation => void send({ saturation })}
      />
      <Slider
        title="Warmth"
        range={[-1, 1]}
        rest={0}
        value={grade.warmth}
        onTry={warmth => attempt({ warmth })}
        onSet={warmth => void send({ warmth })}
      />
      <Slider
        title="Dark guard"
        range={[0, 1]}
        rest={0}
        value={grade.darkGuard}
        onTry={darkGuard => attempt({ darkGuard })}
        onSet={darkGuard => void send({ darkGuard })}
      />
      <label class="inline spread">
        Look
        <select
          value={shown}
          onChange={event => {
            const chosen = event.currentTarget.value;
            void send({ look: isNamed(chosen) ? chosen : null });
          }}
        >
          <option value="none">None</option>
          {Object.entries(LOOK_TITLES).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
          {typeof look === 'object' && look !== null && <option value={shown}>{shown}</option>}
        </select>
      </label>
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
        onTry={saturation => attempt(ofBand({ saturation }))}
        onSet={saturation => void send(ofBand({ saturation }))}
      />
      <Slider
        title="Hue turn"
        range={[-60, 60]}
        rest={0}
        value={band.turn}
        unit="°"
        onTry={turn => attempt(ofBand({ turn }))}
        onSet={turn => void send(ofBand({ turn }))}
      />
      {own && (
        <button
          type="button"
          class="quiet small"
          onClick={() =>
            void edit(
              { kind: 'grade', ...(scope === 'shot' && { shot: shot.number }), grade: null },
              scope === 'shot' ? `Shot ${shot.number + 1} has the film's grade.` : 'The film has no grade.',
            )
          }
        >
          {scope === 'shot' ? 'Grade as the film' : 'No grade'}
        </button>
      )}
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
  /** While it is dragged. */
  onTry(value: number): void;
  onSet(value: number): void;
}

/** What the server makes of the change; see `changedGrade`. */
function withChange(grade: Grade, { hues = [], ...fields }: GradeChange): Grade {
  const others = (grade.hues ?? []).filter(({ from, to }) => !hues.some(one => one.from === from && one.to === to));
  const changed = hues.map(change => ({
    ...grade.hues?.find(({ from, to }) => from === change.from && to === change.to),
    ...change,
  }));
  return { ...grade, ...fields, hues: [...others, ...changed] };
}

/** Sent on release, so that a drag is one change. */
function Slider({ title, range: [least, most], rest, value = rest, unit = '', onTry, onSet }: SliderParts) {
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
        onInput={event => {
          setHeld(Number(event.currentTarget.value));
          onTry(Number(event.currentTarget.value));
        }}
        onChange={event => {
          setHeld(undefined);
          onSet(Number(event.currentTarget.value));
        }}
        onDblClick={() => value !== rest && onSet(rest)}
      />
    </label>
  );
}
