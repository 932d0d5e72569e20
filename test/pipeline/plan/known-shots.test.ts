import assert from 'node:assert/strict';
import type { Plan } from '../../../src/media/plan/plan.ts';
import { type SettingsInput, settingsSchema } from '../../../src/options.ts';
import { shotsOfPlan } from '../../../src/pipeline/plan/known-shots.ts';

const planned = (settings: SettingsInput) =>
  ({ source: { path: '/film.mkv', stream: 0 }, settings: settingsSchema.parse(settings), shots: [] }) as unknown as Plan;

describe('what a plan says of its film', () => {
  it('a start, an end or a length makes it a stretch', () => {
    assert.equal(shotsOfPlan(planned({})).part, 'whole');
    for (const settings of [{ from: 1 }, { to: 2 }, { to: '48f' }, { duration: 1 }])
      assert.equal(shotsOfPlan(planned(settings)).part, 'stretch', JSON.stringify(settings));
  });
});
