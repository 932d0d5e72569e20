import { Icon } from '../parts/icons.tsx';
import { takeTool } from '../state/hint-actions.ts';
import type { State } from '../state/store.ts';
import type { REGION_TOOLS, TOOLS } from './tools.ts';

/** A button for each tool, which takes it in hand or puts it down. */
export function ToolToggles({ review, tools }: { review: State; tools: typeof TOOLS | typeof REGION_TOOLS }) {
  return (
    <>
      {tools.map(({ tool, name, icon, key, usage }) => (
        <button
          key={tool}
          type="button"
          aria-pressed={review.tool === tool}
          title={`${usage} (${key})`}
          onClick={() => takeTool(tool)}
        >
          <Icon name={icon} /> {name}
        </button>
      ))}
    </>
  );
}
