import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { runCli } from '../../../harness/run-cli.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { writeTinyModel } from '../../fixtures/models/models.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

const execute = promisify(execFile);

/** As the README says. */
const CODE = { usage: 2, source: 3, environment: 5 } as const;

describe('what is handed in beside the film is checked at the door', () => {
  const group = folderPerTest();
  const { at, refused } = group;
  const toOutput = (source: string, ...more: string[]) => ['colorize', source, '-o', at('out.mp4'), '--quiet', ...more];

  describe('keyframe pictures', () => {
    const withKeys = () => toOutput(group.film, '--keyframes', at('keys'), ...TINY);
    beforeEach(() => mkdir(at('keys')));

    it('that are no files, or never end', async () => {
      await execute('mkfifo', [at('keys/000002.png')]);
      await refused(CODE.source, /000002\.png cannot be read: it is no regular file/, withKeys());
      await rm(at('keys/000002.png'));
      await symlink('/dev/zero', at('keys/000002.png'));
      await refused(CODE.source, /000002\.png cannot be read: it is no regular file/, withKeys());
      await rm(at('keys/000002.png'));
      await mkdir(at('keys/000002.png'));
      await refused(CODE.source, /000002\.png cannot be read: it is a folder/, withKeys());
    });

    it('of another kind than their name says, even one that could be drawn', async () => {
      await writeFile(
        at('keys/000002.png'),
        '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><rect width="9"/></svg>',
      );
      await refused(CODE.source, /000002\.png cannot be read: its content is of no such kind; expected a PNG, JPEG/, withKeys());
    });
  });

  describe('a plan', () => {
    type Edited = { source: { frames: number; first?: number }; shots: { start: number; end: number; endTicks: number }[] };
    const render = () => ['render', at('plan.json'), '-o', at('out.mkv'), '--quiet'];
    /** A plan of the film, changed by hand. */
    async function edited(change: (plan: Edited) => void, ...args: string[]): Promise<void> {
      const end = await runCli(['plan', group.film, '-o', at('plan.json'), '--codec', 'ffv1', ...TINY, ...args]);
      assert.equal(end.code, 0, end.stderr);
      const plan = JSON.parse(await readFile(at('plan.json'), 'utf8')) as Edited;
      assert.equal(plan.shots.length, 2);
      change(plan);
      await writeFile(at('plan.json'), JSON.stringify(plan));
    }

    it('without its first or its last shot', async () => {
      await edited(plan => void plan.shots.shift());
      await refused(
        CODE.usage,
        /plan\.json is not valid: "shots": expected the first shot to start at frame 0, received 6/,
        render(),
      );
      await rm(at('plan.json'));
      await edited(plan => void plan.shots.pop());
      await refused(CODE.usage, /expected the last shot to end with frame 11, received 5/, render());
    });

    it('of a stretch, without its first shot', async () => {
      await edited(plan => void plan.shots.shift(), '--from', '0.1');
      await refused(CODE.usage, /expected the first shot to start at frame 3, received 6/, render());
    });

    it('of more frames than the film can hold', async () => {
      const huge = Number.MAX_SAFE_INTEGER;
      await edited(plan => {
        plan.source.frames = huge;
        Object.assign(plan.shots[1]!, { end: huge, endTicks: huge });
      });
      await refused(CODE.usage, /The plan counts 9007199254740991 frames, but .* has only \d+ bytes/, render());
    });

    it('that does not end', () =>
      refused(CODE.usage, /\/dev\/zero cannot be read/, ['render', '/dev/zero', '-o', at('out.mkv'), '--quiet']));
  });

  it('a time that no film has', async () => {
    await refused(CODE.usage, /"from": .*1000000000/, toOutput(group.film, '--from', '1e308'));
    await refused(CODE.usage, /"duration": .*1000000000/, toOutput(group.film, '--duration', '1e308'));
  });

  it('a model card with sizes that no memory holds', async () => {
    for (const change of [
      { multipleOf: 1e9 },
      { multipleOf: 4096 },
      { preferredSize: 1e6 },
      { preferredSize: { shortSide: 64, min: 1e5 } },
      { fixedSize: { width: 1e5, height: 1e5 } },
    ]) {
      const path = await writeTinyModel(group.folder, 'obedient', change);
      await refused(
        CODE.environment,
        /model card .*obedient\.json cannot be used: .*(expected number to be <=|of 1 to 4096 cells)/,
        toOutput(group.film, '--model', path),
      );
    }
  });
});
