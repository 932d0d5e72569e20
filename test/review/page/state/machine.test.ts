import assert from 'node:assert/strict';
import type { ProjectChange, ProjectView } from '../../../../src/review/contract.ts';
import { after as following, type Known, UNKNOWN } from '../../../../src/review/page/state/machine.ts';

const view = (serial: number, start = 'a', phase: ProjectView['render']['phase'] = 'idle') =>
  ({ start, serial, render: { phase, mode: 'at-once' } }) as ProjectView;
const FRAMES = { type: 'frames', shot: 0, done: 1, total: 2, framesPerSecond: 1, secondsLeft: 1 } as const;
const known = (more: Partial<Known>): Known => ({ ...UNKNOWN, link: 'open', ...more });

describe('what the page knows of the server', () => {
  it('a connection that opens asks for the project', () => {
    assert.deepEqual(following(UNKNOWN, { type: 'opened' }), { known: { ...UNKNOWN, link: 'open' }, ask: 'project' });
  });
  it('a connection that is lost leaves the project, and neither progress nor changes on their way', () => {
    const before = known({ project: view(3), progress: FRAMES, sending: 2 });
    assert.deepEqual(following(before, { type: 'lost' }).known, known({ link: 'lost', project: view(3) }));
  });
  it('a view of the project is taken, unless a later one is known', () => {
    assert.equal(following(known({ project: view(3) }), { type: 'viewed', view: view(4) }).known.project!.serial, 4);
    assert.equal(following(known({ project: view(4) }), { type: 'viewed', view: view(3) }).known.project!.serial, 4);
  });
  it('a change takes the places of what has changed and leaves the rest, the very same; one of another view asks again', () => {
    const shots = [0, 1, 2].map(number => ({ number, planned: 'before' }));
    const before = known({
      project: { ...view(3), cursor: 7, shots, palette: ['coat'], versions: [] } as unknown as ProjectView,
    });
    const change = { ...view(5), cursor: 9, since: 7, shots: [{ number: 1, planned: 'now' }] } as unknown as ProjectChange;
    const { known: now, ask } = following(before, { type: 'viewed', view: change });
    assert.deepEqual([now.project!.serial, ask], [5, 'nothing']);
    assert.deepEqual(
      now.project!.shots.map(({ planned }) => planned),
      ['before', 'now', 'before'],
    );
    assert.equal(now.project!.shots[0], before.project!.shots[0]);
    assert.equal(now.project!.palette, before.project!.palette);
    for (const other of [
      { ...change, start: 'b' },
      { ...change, since: 4 },
    ])
      assert.deepEqual(following(before, { type: 'viewed', view: other }), { known: before, ask: 'project' });
  });
  it('the view of a server that was started anew is taken, whatever its number', () => {
    assert.equal(following(known({ project: view(9) }), { type: 'viewed', view: view(0, 'b') }).known.project!.start, 'b');
  });
  it('a view in which nothing is rendered ends the progress; one in which something is keeps it', () => {
    const before = known({ project: view(1, 'a', 'rendering'), progress: FRAMES });
    assert.equal(following(before, { type: 'viewed', view: view(2) }).known.progress, undefined);
    assert.equal(following(before, { type: 'viewed', view: view(2, 'a', 'rendering') }).known.progress, FRAMES);
  });
  it('hearing of a later view asks for it; of the one that is known, or an older one, does not', () => {
    const before = known({ project: view(5) });
    const ask = (serial: number, start = 'a') =>
      following(before, { type: 'heard', event: { type: 'project', start, serial } }).ask;
    assert.deepEqual([ask(6), ask(5), ask(4)], ['project', 'nothing', 'nothing']);
    assert.equal(following(known({}), { type: 'heard', event: { type: 'project', start: 'a', serial: 0 } }).ask, 'project');
  });
  it('hearing of progress keeps it, hearing of an end ends it and asks for the project', () => {
    assert.equal(following(known({}), { type: 'heard', event: FRAMES }).known.progress, FRAMES);
    for (const event of [{ type: 'film-done', path: 'x' } as const, { type: 'error', message: 'x' } as const]) {
      const { known: now, ask } = following(known({ progress: FRAMES }), { type: 'heard', event });
      assert.deepEqual([now.progress, ask], [undefined, 'project']);
    }
  });
  it('a warning changes nothing', () => {
    const before = known({ project: view(1) });
    assert.deepEqual(following(before, { type: 'heard', event: { type: 'warning', message: 'x' } }), {
      known: before,
      ask: 'nothing',
    });
  });
  it('changes are counted until they are answered', () => {
    const sent = following(following(known({}), { type: 'sent' }).known, { type: 'sent' }).known;
    assert.equal(sent.sending, 2);
    const answered = following(sent, { type: 'answered' });
    assert.deepEqual([answered.known.sending, answered.ask], [1, 'project']);
    assert.equal(following(known({}), { type: 'answered' }).known.sending, 0);
  });
});
