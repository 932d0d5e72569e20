import { useLayoutEffect, useRef } from 'preact/hooks';
import { BINDINGS } from './keyboard.ts';
import { update } from './state/store.ts';

/** All keys, over the page. The dialog element keeps the focus inside and gives it back. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next key: it must not reach the page behind.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => update({ help: 'closed' })}>
      <h2 id="help-title">Keys</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too */}
      <section class="all-keys" aria-labelledby="help-title" tabIndex={0}>
        <div class="columns">
          {BINDINGS.map(({ title, bindings }) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {bindings.map(({ shown, what }) => (
                  <div key={shown}>
                    <dt>
                      <kbd>{shown}</kbd>
                    </dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </section>
      <div class="dialog-end">
        <p class="aside">On the picture: arrow keys move the wipe, or the cross of the tool in hand; Enter uses the tool.</p>
        <button type="button" class="main" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
