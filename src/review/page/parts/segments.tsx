import { useId } from 'preact/hooks';

interface SegmentsParts<Value> {
  /** What is chosen, for screen readers. */
  readonly legend: string;
  readonly options: readonly { readonly value: Value; readonly title: string; readonly tooltip?: string }[];
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
