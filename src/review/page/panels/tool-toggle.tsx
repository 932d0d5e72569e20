import { takeTool } from '../state/hint-actions.ts';
import type { State, Tool } from '../state/store.ts';

interface ToggleParts {
  readonly review: State;
  readonly tool: Extract<Tool, string>;
  readonly title: string;
  readonly children: preact.ComponentChildren;
}

/** Takes a tool in hand, or puts it down. */
export function ToolToggle({ review, tool, title, children }: ToggleParts) {
  return (
    <button type="button" aria-pressed={review.tool === tool} title={title} onClick={() => takeTool(tool)}>
      {children}
    </button>
  );
}
