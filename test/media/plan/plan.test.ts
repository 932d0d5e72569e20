import assert from 'node:assert/strict';
import { writeAnchors } from '../../../src/media/plan/color-anchors.ts';
import { canonicalJson, type Plan, planSchema, shotFingerprint } from '../../../src/media/plan/plan.ts';
import { settingsSchema } from '../../../src/options.ts';

function plan(change: (plan: Plan) => void = () => {}): Plan {
  const made: Plan = {
    kinemacolor: 1,
    source: { path: '/film.mkv', bytes: 10, sha256: 'a'.repeat(64), stream: 0, timebase: { num: 1, den: 24 }, frames: 20 },
    model: { id: 'm', sha256: 'b'.repeat(64) },
    settings: settingsSchema.parse({}),
    shots: [
      { start: 0, end: 10, kind: 'steady', startTicks: 0, endTicks: 10, keyframes: [{ index: 0, color: { kind: 'model' } }] },
      { start: 10, end: 20, kind: 'steady', startTicks: 10, endTicks: 20, keyframes: [] },
    ],
  };
  change(made);
  return made;
}
const ANCHORS = writeAnchors([{ features: [1, 0], luma: 0.5, x: 0.5, y: 0.5, cb: 0.1, cr: -0.1, weight: 1 }]);
const engine = { program: '1', ffmpeg: '5', device: 'cpu', encoder: 'core 164' };
const first = (change?: (plan: Plan) => void, machine = engine) => shotFingerprint(plan(change), 0, machine);

describe('plan', () => {
  it('is read back as it was written', () => {
    assert.deepEqual(planSchema.parse(JSON.parse(JSON.stringify(plan()))), plan());
    const agreed = plan(made => Object.assign(made.shots[0]!, { anchors: ANCHORS }));
    assert.deepEqual(planSchema.parse(JSON.parse(JSON.stringify(agreed))), agreed);
  });
  it('refuses gaps, keyframes outside their shot, keyframes out of order and unknown words', () => {
    const broken: ((plan: Plan) => void)[] = [
      made => Object.assign(made.shots[1]!, { start: 11 }),
      made => Object.assign(made.shots[0]!, { keyframes: [{ index: 10, color: { kind: 'model' } }] }),
      made => Object.assign(made.shots[0]!, { keyframes: [3, 2].map(index => ({ index, color: { kind: 'model' } })) }),
      made => Object.assign(made, { colour: 'yes' }),
      made => Object.assign(made.shots[0]!, { end: 0 }),
      made => Object.assign(made.shots[0]!, { anchors: { ...ANCHORS, data: 'AAAA' } }),
    ];
    for (const change of broken) assert.equal(planSchema.safeParse(plan(change)).success, false);
  });
  it('canonical JSON does not depend on the order of keys', () => {
    assert.equal(canonicalJson({ b: [1, { d: 1, c: 2 }], a: 0 }), canonicalJson({ a: 0, b: [1, { c: 2, d: 1 }] }));
  });
});

describe('fingerprint of a shot', () => {
  it('changes with the source, the model, picture settings, its own keyframes and the engine', () => {
    const changes: ((plan: Plan) => void)[] = [
      made => Object.assign(made.source, { sha256: 'c'.repeat(64) }),
      made => Object.assign(made.model, { sha256: 'c'.repeat(64) }),
      made => Object.assign(made.model, { contract: 'c'.repeat(64) }),
      made => Object.assign(made.settings, { quality: 17 }),
      made => Object.assign(made.settings, { film: 'worn' }),
      made => Object.assign(made.settings, { codec: 'x265' }),
      made => Object.assign(made.settings, { layout: 'side-by-side' }),
      made => Object.assign(made.shots[0]!, { anchors: ANCHORS }),
      made => Object.assign(made.shots[0]!.keyframes[0]!, { anchors: ANCHORS }),
      made => made.shots[0]!.keyframes.push({ index: 9, color: { kind: 'model' } }),
      made => Object.assign(made.shots[0]!.keyframes[0]!, { color: { kind: 'picture', path: 'x.png', sha256: 'd'.repeat(64) } }),
    ];
    const all = [
      first(),
      ...changes.map(change => first(change)),
      first(undefined, { ...engine, ffmpeg: '6' }),
      first(undefined, { ...engine, encoder: 'core 165' }),
    ];
    assert.equal(new Set(all).size, all.length);
  });
  it('changes with the look, and not with where its file lies', () => {
    const look = (path: string, letter: string) =>
      first(made => Object.assign(made, { grade: { look: { path, sha256: letter.repeat(64) } } }));
    assert.notEqual(look('/a.cube', 'a'), first());
    assert.notEqual(look('/a.cube', 'a'), look('/a.cube', 'b'));
    assert.equal(look('/a.cube', 'a'), look('/b.cube', 'a'));
  });
  it('does not change with another shot, with where the film lies, or with the number of workers', () => {
    assert.equal(
      first(made => Object.assign(made.source, { path: '/elsewhere.mkv' })),
      first(),
    );
    assert.equal(
      first(made => Object.assign(made.shots[1]!, { keyframes: [{ index: 12, color: { kind: 'model' } }] })),
      first(),
    );
  });
});
