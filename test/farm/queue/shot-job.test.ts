import assert from 'node:assert/strict';
import { checkedJob, shotJobId } from '../../../src/farm/queue/shot-job.ts';

const JOB = {
  ...{ version: 1 as const, plan: 'a'.repeat(64), shot: 3, frames: 10, fingerprint: 'b'.repeat(64), segments: '/film/shots' },
} as const;

describe('a job of the queue', () => {
  it('is taken as it is, and its id follows from plan, fingerprint and round', () => {
    assert.deepEqual(checkedJob(JSON.parse(JSON.stringify(JOB))), JOB);
    assert.ok(checkedJob({ ...JOB, segments: 's3://films/shots' }));
    assert.equal(shotJobId(JOB, 1), shotJobId({ ...JOB, segments: '/elsewhere' }, 1));
    assert.notEqual(shotJobId(JOB, 1), shotJobId({ ...JOB, fingerprint: 'c'.repeat(64) }, 1));
    assert.notEqual(shotJobId(JOB, 1), shotJobId(JOB, 2));
  });
  it('of another version, with more or with less in it is refused in one sentence', () => {
    const bad = [
      undefined,
      {},
      { ...JOB, version: 2 },
      { ...JOB, command: 'rm' },
      { ...JOB, plan: '../plan' },
      { ...JOB, shot: -1 },
      { ...JOB, segments: 's3://films/../shots' },
    ];
    for (const data of bad) assert.throws(() => checkedJob(data), /^KinemacolorError: A job of the queue is not valid/);
  });
});
