import { type State, type Tool, update } from '../state/store.ts';

interface ToggleParts {
  readonly review: State;
  readonly tool: Extract<Tool, string>;
  readonly title: string;
  readonly children: preact.ComponentChildren;
}

/** Takes a tool in hand, or puts it down. */
export function ToolToggle({ review, tool, title, children }: ToggleParts) {
  const next: Tool = review.tool === tool ? 'none' : tool;
  return (
    <button
      type="button"
      aria-pressed={review.tool === tool}
      title={title}
      onClick={() => update({ tool: next, isPlaying: false })}
    >
      {children}
    </button>
  );
}
