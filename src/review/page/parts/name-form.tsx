import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface NameFormParts {
  readonly label: string;
  readonly placeholder: string;
  readonly maxLength: number;
  /** What its button says. */
  readonly action: string;
  /** What stands before the name. */
  readonly children?: ComponentChildren;
  /** Undefined where the name is refused: it stays in the field then. */
  onName(name: string): Promise<number | undefined>;
}

/** Gives a name to something new. */
export function NameForm({ label, placeholder, maxLength, action, children, onName }: NameFormParts) {
  const [name, setName] = useState('');
  const given = name.trim();
  const submit = (event: Event) => {
    event.preventDefault();
    if (given !== '') void onName(given).then(revision => revision !== undefined && setName(''));
  };
  return (
    <form class="row" onSubmit={submit}>
      {children}
      <input
        type="text"
        aria-label={label}
        placeholder={placeholder}
        maxLength={maxLength}
        value={name}
        onInput={event => setName(event.currentTarget.value)}
      />
      <button type="submit" class="small" disabled={given === ''}>
        {action}
      </button>
    </form>
  );
}
