import { useId } from 'preact/hooks';

type Options<Value> = readonly { readonly value: Value; readonly title: string; readonly tooltip?: string }[];

interface SegmentsParts<Value> {
  /** What is chosen, for screen readers. */
  readonly legend: string;
  readonly options: Options<Value>;
  readonly value: Value;
  readonly class?: string;
  onChoose(value: NoInfer<Value>): void;
}

/** A choice between a few, all of them seen. */
export function Segments<Value extends string | null>({
  legend,
  options,
  value: chosen,
  class: more = '',
  onChoose,
}: SegmentsParts<Value>) {
  const group = useId();
  return (
    <fieldset class={`segments ${more}`}>
      <legend class="unseen">{legend}</legend>
      {options.map(({ value, title, tooltip }) => (
        <label key={value} class={value === chosen ? 'chosen' : ''} title={tooltip}>
          <input type="radio" name={group} checked={value === chosen} onChange={() => onChoose(value)} />
          {title}
        </label>
      ))}
    </fieldset>
  );
}

/** The value of the next option; after the last, of the first. */
export function nextOption<Value>(options: Options<Value>, value: NoInfer<Value>): Value {
  return options[(options.findIndex(option => option.value === value) + 1) % options.length]!.value;
}
