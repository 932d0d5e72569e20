/** The range of the brush, in shares of the picture's shorter side. */
export const RADIUS = { least: 0.005, most: 0.2, step: 0.005 } as const;

interface ShareSliderParts {
  readonly title: string;
  readonly range: readonly [number, number];
  readonly step: number;
  readonly value: number;
  onInput?(value: number): void;
  onChange?(value: number): void;
}

/** A slider of shares, with its title and its value in percent. */
export function ShareSlider({ title, range: [least, most], step, value, onInput, onChange }: ShareSliderParts) {
  return (
    <label class="slider">
      <span>
        {title} <output>{(value * 100).toFixed(step < 0.01 ? 1 : 0)}%</output>
      </span>
      <input
        type="range"
        aria-label={title}
        min={least}
        max={most}
        step={step}
        value={value}
        onInput={event => onInput?.(Number(event.currentTarget.value))}
        onChange={event => onChange?.(Number(event.currentTarget.value))}
      />
    </label>
  );
}
