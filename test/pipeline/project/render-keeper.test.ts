import assert from 'node:assert/strict';
import { IDLE, type Keeper, type KeeperEvent, type KeeperOrder, keep } from '../../../src/pipeline/project/render-keeper.ts';

const CHANGED = { type: 'changed', touches: 'other' } as const;
const SUPERSEDED = { type: 'changed', touches: 'running' } as const;
const DONE = { type: 'ended', outcome: 'done' } as const;
const STOPPED = { type: 'ended', outcome: 'stopped' } as const;
const FILM = { type: 'asked', scope: 'film' } as const;
const RENDERING: Keeper = { ...IDLE, phase: 'rendering' };

/** What is left of a keeper after some events, and what it ordered. */
function following(keeper: Keeper, ...events: KeeperEvent[]): { keeper: Keeper; orders: KeeperOrder[] } {
  const orders: KeeperOrder[] = [];
  let now = keeper;
  for (const event of events) {
    const next = keep(now, event);
    now = next.keeper;
    if (next.order !== 'nothing') orders.push(next.order);
  }
  return { keeper: now, orders };
}

describe('when a project is rendered', () => {
  it('a change rests, then is rendered; several are one render', () => {
    assert.deepEqual(following(IDLE, CHANGED, CHANGED, { type: 'rested' }), {
      keeper: RENDERING,
      orders: ['rest', 'rest', 'start'],
    });
  });
  it('what changed during a render is rendered after it', () => {
    const { keeper, orders } = following(RENDERING, CHANGED, CHANGED, DONE);
    assert.deepEqual([keeper.phase, keeper.next, orders], ['rendering', 'nothing', ['start']]);
  });
  it('a render of what has changed meanwhile is stopped, and its successor does its work', () => {
    const film = { ...RENDERING, scope: 'film' } as const;
    const { keeper, orders } = following(film, SUPERSEDED, STOPPED);
    assert.deepEqual([keeper.phase, keeper.scope, orders], ['rendering', 'film', ['stop', 'start']]);
  });
  it('a second change while it stops does not stop it again, nor is it forgotten', () => {
    const { orders } = following(RENDERING, SUPERSEDED, SUPERSEDED, CHANGED, STOPPED);
    assert.deepEqual(orders, ['stop', 'start']);
  });
  it('when changes are rendered when asked, a change orders nothing, whatever runs', () => {
    const requested = { ...IDLE, mode: 'when-asked' } as const;
    assert.deepEqual(following(requested, CHANGED), { keeper: requested, orders: [] });
    assert.deepEqual(following({ ...requested, phase: 'rendering' }, SUPERSEDED, DONE), { keeper: requested, orders: [] });
  });
  it('whoever asks is served at once, or after what runs', () => {
    assert.deepEqual(following(IDLE, FILM).orders, ['start']);
    assert.deepEqual(following({ ...IDLE, phase: 'resting' }, FILM).orders, ['start']);
    const { keeper, orders } = following(RENDERING, FILM, CHANGED, DONE);
    assert.deepEqual([keeper.scope, orders], ['film', ['start']]);
  });
  it('a stop ends what runs and what was to follow; a rest that is stopped is none', () => {
    const { keeper, orders } = following(RENDERING, CHANGED, { type: 'stop' }, STOPPED);
    assert.deepEqual([keeper.phase, orders], ['idle', ['stop']]);
    assert.deepEqual(following(IDLE, CHANGED, { type: 'stop' }, { type: 'rested' }).orders, ['rest']);
    assert.deepEqual(following(IDLE, { type: 'stop' }), { keeper: IDLE, orders: [] });
  });
  it('a render that failed is not begun again by itself, unless something changed', () => {
    const FAILED = { type: 'ended', outcome: 'failed' } as const;
    assert.deepEqual(following(RENDERING, FAILED), { keeper: IDLE, orders: [] });
    assert.deepEqual(following(RENDERING, CHANGED, FAILED).orders, ['start']);
  });
  it('another mode: what is touched rests at once, and what rests no longer does', () => {
    const requested = { ...IDLE, mode: 'when-asked' } as const;
    assert.deepEqual(following(requested, { type: 'mode', mode: 'at-once', touched: 'some' }).orders, ['rest']);
    assert.deepEqual(following(requested, { type: 'mode', mode: 'at-once', touched: 'none' }).orders, []);
    assert.deepEqual(following(IDLE, CHANGED, { type: 'mode', mode: 'when-asked', touched: 'some' }, { type: 'rested' }).orders, [
      'rest',
    ]);
  });
  it('an end of what does not run, and a rest that was overtaken, are nothing', () => {
    assert.deepEqual(following(IDLE, DONE, { type: 'rested' }), { keeper: IDLE, orders: [] });
    assert.deepEqual(following(RENDERING, { type: 'rested' }), { keeper: RENDERING, orders: [] });
  });
});
