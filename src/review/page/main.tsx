import { render } from 'preact';
import { FilmStrip } from './film/film-strip.tsx';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { listenToKeys } from './keyboard.ts';
import { Inspector } from './panels/inspector.tsx';
import { Stage } from './stage/stage.tsx';
import { follow } from './state/actions.ts';
import { useReview } from './state/store.ts';
import { StatusBar } from './status-bar.tsx';
import { TimelineBar } from './timeline/timeline.tsx';
import { Transport } from './timeline/transport.tsx';

function Page() {
  const review = useReview();
  if (!review.project)
    return (
      <main class="opening">
        <p role="status">{review.message?.text ?? 'Opening the film'}</p>
      </main>
    );
  return (
    <>
      <Header review={review} />
      <main class={`desk ${review.panels}`}>
        <Stage review={review} />
        <Transport review={review} />
        {review.panels === 'open' && <Inspector review={review} />}
        <FilmStrip review={review} />
        <TimelineBar review={review} />
      </main>
      <StatusBar review={review} />
      {review.help === 'open' && <Help />}
    </>
  );
}

render(<Page />, document.getElementById('page')!);
follow();
listenToKeys();
