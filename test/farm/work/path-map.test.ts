import assert from 'node:assert/strict';
import { mappedPath, mappedPlan, parseMap } from '../../../src/farm/work/path-map.ts';
import type { ColorSource } from '../../../src/media/plan/keyframe.ts';
import { type Plan, planSchema } from '../../../src/media/plan/plan.ts';
import { settingsSchema } from '../../../src/options.ts';

describe('paths of a job on a worker', () => {
  const folders = parseMap('/film=/mnt/film, /shots');
  it('are those of the mapped folders', () => {
    assert.equal(mappedPath('/film/reel 1/a.mkv', folders), '/mnt/film/reel 1/a.mkv');
    assert.equal(mappedPath('/shots', folders), '/shots');
  });
  it('and nothing outside of them', () => {
    for (const path of ['/etc/passwd', '/film/../etc/passwd', '/filmed/a.mkv', 'film/a.mkv/../../etc', '/shots/../film2'])
      assert.throws(() => mappedPath(path, folders), /lies in no folder of --map/, path);
  });
  it('a plan has the film, its pictures, all its references and the tables of its looks there', () => {
    assert.deepEqual(mappedPlan(planIn('/film'), folders), planIn('/mnt/film'));
    for (const part of ['source', 'picture', 'reference', 'other', 'look', 'look of the shot'] as const) {
      const plan = planIn('/film', part);
      assert.throws(() => mappedPlan(plan, folders), /names \/etc\/passwd, which lies in no folder of --map/, part);
    }
  });
  it('a plan has models that are named by their files there, ids as they are', () => {
    const plan = (model: string) => ({ ...planIn('/film'), settings: settingsSchema.parse({ model }) });
    assert.equal(mappedPlan(plan('/film/a.onnx+base'), folders).settings.model, '/mnt/film/a.onnx+base');
    assert.throws(() => mappedPlan(plan('/etc/a.onnx'), folders), /names \/etc\/a\.onnx, which lies in no folder of --map/);
  });
  it('are addresses in S3 where a bucket or a prefix is mapped, or what those are mapped to', () => {
    const buckets = parseMap('s3://films/reels/, s3://shots=/mnt/shots, /film=s3://films/old');
    assert.equal(mappedPath('s3://films/reels/a.mkv', buckets), 's3://films/reels/a.mkv');
    assert.equal(mappedPath('s3://shots/x', buckets), '/mnt/shots/x');
    assert.equal(mappedPath('/film/b.mkv', buckets), 's3://films/old/b.mkv');
    for (const address of ['s3://films/a.mkv', 's3://films/reels2/a.mkv', 's3://shotsx/a', 's3:/films/reels/a.mkv'])
      assert.throws(() => mappedPath(address, buckets), /lies in no folder of --map/, address);
    for (const address of ['s3://shots/../etc/passwd', 's3://shots/./x', 's3://shots//x', 's3://S/x'])
      assert.throws(() => mappedPath(address, buckets), /Expected an address in S3/, address);
  });
  it('a map that says nothing is refused', () => {
    for (const text of ['', 'film', '/a=', '/a=/b=/c', '/a,']) assert.throws(() => parseMap(text), /Expected --map/, text);
  });
});

/** A plan that names each kind of file in a folder, but for the one that is `outside`. */
function planIn(folder: string, outside?: string): Plan {
  const file = (part: string) => ({ path: part === outside ? '/etc/passwd' : `${folder}/${part}`, sha256: 'a'.repeat(64) });
  const colors: ColorSource[] = [
    { kind: 'model' },
    { kind: 'picture', ...file('picture') },
    { kind: 'reference', ...file('reference'), others: [file('other')] },
  ];
  const shot = { start: 0, end: 3, kind: 'steady', startTicks: 0, endTicks: 3 };
  return planSchema.parse({
    kinemacolor: 1,
    source: { ...file('source'), bytes: 1, stream: 0, timebase: { num: 1, den: 24 }, frames: 3 },
    model: { id: 'm', sha256: 'b'.repeat(64) },
    settings: {},
    shots: [{ ...shot, keyframes: colors.map((color, index) => ({ index, color })), grade: { look: file('look of the shot') } }],
    grade: { look: file('look') },
  });
}
