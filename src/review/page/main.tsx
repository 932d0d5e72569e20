import { render } from 'preact';
import { follow } from './actions.ts';
import { Header } from './header.tsx';
import { Help } from './help.tsx';
import { Inspector } from './inspector.tsx';
import { listenToKeys } from './keyboard.ts';
import { ShotStrip } from './shot-strip.tsx';
import { Stage } from './stage.tsx';
import { StatusBar } from './status-bar.tsx';
import { useReview } from './store.ts';
import { Timeline } from './timeline.tsx';
import { Transport } from './transport.tsx';

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
      <main class="desk">
        <Stage review={review} />
        <Transport review={review} />
        <Inspector review={review} />
        <Timeline review={review} />
        <ShotStrip review={review} />
      </main>
      <StatusBar review={review} />
      {review.help === 'open' && <Help />}
    </>
  );
}

render(<Page />, document.getElementById('page')!);
follow();
listenToKeys();
