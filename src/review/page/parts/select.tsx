interface SelectParts<Value> {
  /** For a label that is seen. */
  readonly id?: string;
  /** Its name, where no label is seen. */
  readonly label?: string;
  readonly tooltip?: string;
  readonly options: readonly { readonly value: Value; readonly title: string }[];
  readonly value: Value;
  onChoose(value: NoInfer<Value>): void;
}

/** A choice of which only the chosen one is seen. */
export function Select<Value extends string>({ id, label, tooltip, options, value: chosen, onChoose }: SelectParts<Value>) {
  return (
    <select
      id={id}
      aria-label={label}
      title={tooltip}
      value={chosen}
      onChange={event => onChoose(options[event.currentTarget.selectedIndex]!.value)}
    >
      {options.map(({ value, title }) => (
        <option key={value} value={value}>
          {title}
        </option>
      ))}
    </select>
  );
}
