import { useState } from 'preact/hooks';
import { type Grade, type GradeChange, type GradeLook, type HueRange, mergedGrade } from '../../../media/plan/grade.ts';
import { lookName } from '../../../media/plan/look-name.ts';
import { Segments } from '../parts/segments.tsx';
import { Select } from '../parts/select.tsx';
import { edit } from '../state/actions.ts';
import { type State, shotAt, update } from '../state/store.ts';

/**
 * Hues by the names people use, as angles of (Cb, Cr) in degrees, 0 along Cb. The middle of each is the angle of the full colour
 * in BT.709 (red 103, yellow 175, green 230, cyan 283, blue 355, magenta 50), its ends lie half way to the next. Skin is among
 * the reds.
 */
const HUES = [
  { value: 'Reds', title: 'Reds', from: 76, to: 139 },
  { value: 'Yellows', title: 'Yellows', from: 139, to: 202 },
  { value: 'Greens', title: 'Greens', from: 202, to: 256 },
  { value: 'Cyans', title: 'Cyans', from: 256, to: 319 },
  { value: 'Blues', title: 'Blues', from: 319, to: 22 },
  { value: 'Magentas', title: 'Magentas', from: 22, to: 76 },
] as const;
type Hue = (typeof HUES)[number]['value'];

/** What a slider sets, of all hues. */
const FIELDS = [
  { field: 'saturation', title: 'Saturation', range: [0, 2], rest: 1 },
  { field: 'warmth', title: 'Warmth', range: [-1, 1], rest: 0 },
  { field: 'darkGuard', title: 'Dark guard', range: [0, 1], rest: 0 },
] as const;

type NamedLook = Extract<GradeLook, string>;
const LOOK_TITLES: Readonly<Record<NamedLook, string>> = {
  technicolor: 'Technicolor',
  kodachrome: 'Kodachrome',
  autochrome: 'Autochrome',
  'hand-tinted': 'Hand-tinted',
};
const NAMED_LOOKS = Object.entries(LOOK_TITLES).map(([value, title]) => ({ value, title }));
const isNamed = (word: string): word is NamedLook => word in LOOK_TITLES;

/** The grade of the film, or of the shot on the screen alone. */
export function GradePanel({ review }: { review: State }) {
  const [scope, setScope] = useState<'film' | 'shot'>('shot');
  const [hue, setHue] = useState<Hue>('Reds');
  const project = review.project!;
  const shot = shotAt(project, review.frame);
  // A shot's own grade stands in the place of the film's: the first change begins where the film's is.
  const grade: Grade = (scope === 'shot' ? shot.grade : undefined) ?? project.grade ?? {};
  const { look } = grade;
  const shown = lookName(look);
  const looks = [
    { value: 'none', title: 'None' },
    ...NAMED_LOOKS,
    ...(typeof look === 'object' && look !== null ? [{ value: shown, title: shown }] : []),
  ];
  const target = scope === 'film' ? 'the film' : `shot ${shot.number + 1}`;
  /** What changed alone: the server puts it to what it has. */
  const send = (change: GradeChange) =>
    edit(
      { kind: 'grade', ...(scope === 'shot' && { shot: shot.number }), grade: change },
      `The grade of ${target} is changed.`,
    ).finally(() => update({ triedGrade: undefined }));
  const attempt = (change: GradeChange) =>
    update({ triedGrade: { shot: scope === 'shot' ? shot.number : undefined, grade: mergedGrade(grade, change) } });
  const { from, to } = HUES.find(({ value }) => value === hue)!;
  const band: HueRange = grade.hues?.find(one => one.from === from && one.to === to) ?? { from, to };
  const ofBand = (change: Partial<HueRange>): GradeChange => ({ hues: [{ from, to, ...change }] });
  const own = scope === 'film' ? project.grade : shot.grade;
  return (
    <section class="panel" aria-labelledby="grade-title">
      <div class="row spread">
        <h2 id="grade-title">Grade</h2>
        <Segments
          legend="What is graded"
          options={[
            { value: 'shot', title: `Shot ${shot.number + 1}` },
            { value: 'film', title: 'Film' },
          ]}
          value={scope}
          onChoose={setScope}
        />
      </div>
      {FIELDS.map(({ field, ...slider }) => (
        <Slider
          key={field}
          {...slider}
          value={grade[field]}
          onTry={value => attempt({ [field]: value })}
          onSet={value => void send({ [field]: value })}
        />
      ))}
      <label class="inline spread" for="grade-look">
        Look
        <Select
          id="grade-look"
          options={looks}
          value={shown}
          onChoose={chosen => void send({ look: isNamed(chosen) ? chosen : null })}
        />
      </label>
      <label class="inline spread" for="grade-hue">
        Hue
        <Select id="grade-hue" options={HUES} value={hue} onChoose={setHue} />
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
