/**
 * When a project is rendered: the whole of it as one small machine, so that what changed during a render is never forgotten, and
 * nothing is rendered that nobody wants. It decides; `editing-session` does what it says.
 */
export interface Keeper {
  /** `resting`: changes wait until no more come for a moment. `stopping`: a render is being stopped. */
  readonly phase: 'idle' | 'resting' | 'rendering' | 'stopping';
  /** Are changes rendered soon after they are made, or when asked? */
  readonly mode: RenderMode;
  /** What the render that runs is for. */
  readonly scope: RenderScope;
  /** What is to be rendered when this one has ended. */
  readonly next: 'nothing' | RenderScope;
}
export type RenderMode = 'at-once' | 'when-asked';
/**
 * The shots that were touched since they were rendered, or all. The film is joined after either, where every shot is finished.
 */
export type RenderScope = 'touched' | 'film';

export type KeeperEvent =
  /** `running`: a shot that is being rendered is among what changed. */
  | { readonly type: 'changed'; readonly touches: 'running' | 'other' }
  | { readonly type: 'rested' }
  | { readonly type: 'asked'; readonly scope: RenderScope }
  | { readonly type: 'stop' }
  | { readonly type: 'ended'; readonly outcome: 'done' | 'failed' | 'stopped' }
  | { readonly type: 'mode'; readonly mode: RenderMode; readonly touched: 'some' | 'none' };

/** `rest`: wait (again) before `rested`; `start`: begin the render that `scope` says; `stop`: end the one that runs. */
export type KeeperOrder = 'nothing' | 'rest' | 'start' | 'stop';

export const IDLE: Keeper = { phase: 'idle', mode: 'at-once', scope: 'touched', next: 'nothing' };

export function keep(keeper: Keeper, event: KeeperEvent): { readonly keeper: Keeper; readonly order: KeeperOrder } {
  const stay = { keeper, order: 'nothing' } as const;
  const busy = keeper.phase === 'rendering' || keeper.phase === 'stopping';
  switch (event.type) {
    case 'changed':
      if (keeper.mode === 'when-asked') return stay;
      if (!busy) return { keeper: { ...keeper, phase: 'resting' }, order: 'rest' };
      return superseded(keeper, event.touches);
    case 'rested':
      return keeper.phase === 'resting' ? started(keeper, 'touched') : stay;
    case 'asked':
      if (!busy) return started(keeper, event.scope);
      return { keeper: { ...keeper, next: wider(keeper.next, event.scope) }, order: 'nothing' };
    case 'stop':
      if (keeper.phase === 'resting') return { keeper: { ...keeper, phase: 'idle' }, order: 'nothing' };
      return busy ? { keeper: { ...keeper, phase: 'stopping', next: 'nothing' }, order: 'stop' } : stay;
    case 'ended':
      if (!busy) return stay;
      if (keeper.next !== 'nothing') return started(keeper, keeper.next);
      return { keeper: { ...keeper, phase: 'idle' }, order: 'nothing' };
    case 'mode': {
      const changed = { ...keeper, mode: event.mode };
      if (event.mode === 'when-asked' && keeper.phase === 'resting')
        return { keeper: { ...changed, phase: 'idle' }, order: 'nothing' };
      if (event.mode === 'at-once' && keeper.phase === 'idle' && event.touched === 'some')
        return { keeper: { ...changed, phase: 'resting' }, order: 'rest' };
      return { keeper: changed, order: 'nothing' };
    }
  }
}

function started(keeper: Keeper, scope: RenderScope) {
  return { keeper: { ...keeper, phase: 'rendering', scope, next: 'nothing' }, order: 'start' } as const;
}

/** A render of what is no longer wanted ends; what it was for is done by the next one, with what has changed. */
function superseded(keeper: Keeper, touches: 'running' | 'other') {
  const next = wider(keeper.next, touches === 'running' ? keeper.scope : 'touched');
  const stops = touches === 'running' && keeper.phase === 'rendering';
  return { keeper: { ...keeper, next, phase: stops ? 'stopping' : keeper.phase }, order: stops ? 'stop' : 'nothing' } as const;
}

function wider(one: 'nothing' | RenderScope, other: RenderScope): RenderScope {
  return one === 'film' ? 'film' : other;
}
