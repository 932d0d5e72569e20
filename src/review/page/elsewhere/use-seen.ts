import { useEffect, useState } from 'preact/hooks';
import type { Seen, SeenRequest } from '../../contract.ts';
import { fetchSeen } from '../state/api.ts';
import { state } from '../state/store.ts';

/** Shots that are looked at for one question; more on request. */
const AT_ONCE = 24;
/** Rest after a change before the other shots are looked at, in milliseconds: the picture comes first. */
const REST = 900;

export type Examples = SeenRequest['examples'];

/** What became of the search for a thing in other shots. */
export type Search =
  | { readonly kind: 'looking' }
  | { readonly kind: 'found'; readonly seen: Seen }
  | { readonly kind: 'failed'; readonly message: string };

/** Where a thing is seen in other shots, asked anew whenever the plan has changed; and how to look at more of them. */
export function useSeen(examples: Examples, revision: number): { readonly search: Search; more(): void } {
  const [search, setSearch] = useState<Search>({ kind: 'looking' });
  const [most, setMost] = useState(AT_ONCE);
  const thing = JSON.stringify(examples.map(({ index, hint: { x, y, radius, name } }) => [index, x, y, radius, name]));
  useEffect(() => setSearch({ kind: 'looking' }), [thing]);
  useEffect(() => {
    const controller = new AbortController();
    const ask = () => {
      if (state().sending > 0) {
        timer = setTimeout(ask, REST);
        return;
      }
      fetchSeen({ examples, most }, controller.signal).then(
        seen => !controller.signal.aborted && setSearch({ kind: 'found', seen }),
        cause => !controller.signal.aborted && setSearch({ kind: 'failed', message: (cause as Error).message }),
      );
    };
    let timer = setTimeout(ask, REST);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [thing, most, revision]);
  return { search, more: () => setMost(most + AT_ONCE) };
}
