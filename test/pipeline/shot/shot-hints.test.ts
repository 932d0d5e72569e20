import assert from 'node:assert/strict';
import { join } from 'node:path';
import { makeTinyFilm } from '../../../harness/tiny-film.ts';
import type { Plan } from '../../../src/media/plan/plan.ts';
import { planFilm } from '../../../src/pipeline/plan/plan-film.ts';
import { applyEdit } from '../../../src/pipeline/project/apply-edit.ts';
import { resolveSettings } from '../../../src/pipeline/run/read-pipeline.ts';
import { openRenderContext } from '../../../src/pipeline/run/render-context.ts';
import { framesAhead } from '../../../src/pipeline/shot/frames-ahead.ts';
import { hintTracks } from '../../../src/pipeline/shot/shot-hints.ts';
import { newHintMemory } from '../../../src/stages/keyframes/hint-memory.ts';
import { temporaryFolder } from '../../fixtures/films.ts';

/** A shot too long for its motion to be cached. */
const FRAMES = 256;
const [HINTED, BETWEEN, ON] = [200, 207, 214];

describe('hints of a shot', () => {
  it('on a keyframe of a long shot lie where they do when the whole of it is followed, also after a keyframe came between', async () => {
    const { path: folder, remove } = await temporaryFolder();
    const film = await makeTinyFilm(join(folder, 'film.mkv'), { scenes: [FRAMES], sound: 'none' });
    const settings = await resolveSettings({ device: 'cpu', keyframeEvery: 120 });
    const first = await planFilm(film, settings);
    const context = await openRenderContext(first);
    try {
      assert.equal(first.shots.length, 1, 'one shot');
      const hint = { x: 0.4, y: 0.5, color: '#cc2211', radius: 0.05 };
      const hinted = applyEdit(applyEdit(first, { kind: 'hint-add', index: HINTED, hint }), { kind: 'keyframe-add', index: ON });
      const more = applyEdit(hinted, { kind: 'keyframe-add', index: BETWEEN });
      const ticks = await context.times.of(ON, first.shots[0]!);
      const [on] = await framesOf(framesAhead({ start: ON, startTicks: ticks!, end: ON + 1 }, context, undefined));
      const place = async (plan: Plan, tools: typeof context, options = {}) => {
        const [track] = await hintTracks(plan, 0, tools, options);
        return [track!.start, track!.x[ON - track!.start], track!.y[ON - track!.start]];
      };
      const [start, ...near] = await place(hinted, context, { on });
      assert.equal(start, HINTED, 'what lies before the hint is not looked at');
      const { looked } = context.hints;
      const [, ...kept] = await place(more, context, { on });
      assert.equal(context.hints.looked, looked, 'motion is not looked at again');
      const fresh = { ...context, hints: newHintMemory() };
      assert.deepEqual(near, (await place(hinted, fresh)).slice(1));
      assert.deepEqual(kept, (await place(more, fresh)).slice(1));
      assert.ok(near.every(share => share! > 0 && share! < 1));
    } finally {
      await context.close();
      await remove();
    }
  });
});

async function framesOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
