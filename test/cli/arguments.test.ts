import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { colorize, runCli } from '../../harness/run-cli.ts';
import { lumaOf, namesBelow, probe } from '../../harness/tiny-film.ts';
import { folderPerTest } from '../fixtures/folder-per-test.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';

const FAST = ['--preset', 'ultrafast', ...TINY, '--quiet'];
const USAGE = 2;
const FRAME = 160 * 90; // bytes of luma
const RATE = 24;

describe('the command line, as people write it', () => {
  const group = folderPerTest(); // twelve frames, half a second
  const { at, refused } = group;

  describe('times', () => {
    /** First and last frame, and length, of a plan made with these options. */
    async function planned(...stretch: string[]): Promise<[first: number, end: number]> {
      const end = await runCli(['plan', group.film, '-o', at('plan.json'), ...TINY, '--quiet', ...stretch]);
      assert.equal(end.code, 0, end.stderr);
      const plan = JSON.parse(await readFile(at('plan.json'), 'utf8')) as { shots: { start: number; end: number }[] };
      return [plan.shots[0]!.start, plan.shots.at(-1)!.end];
    }

    it('seconds, a clock and frames name the same frame', async () => {
      for (const from of ['0.25', '0:00.25', '00:00:00.25', '6f']) assert.deepEqual(await planned('--from', from), [6, 12], from);
    });

    it('an end leaves out the frame at it; a length may be frames, too', async () => {
      assert.deepEqual(await planned('--from', '3f', '--to', '9f'), [3, 9]);
      assert.deepEqual(await planned('--to', `${8 / RATE}`), [0, 8]);
      assert.deepEqual(await planned('--from', '0.125', '--duration', '5f'), [3, 8]);
      assert.deepEqual(await planned('--from', '4f', '--duration', '0.125'), [4, 7]);
    });

    it('a stretch named by frames is exactly these frames', async () => {
      await colorize([group.film, '-o', at('part.mkv'), '--from', '4f', '--to', '9f', '--codec', 'ffv1', ...FAST]);
      const [whole, part] = [await lumaOf(group.film), await lumaOf(at('part.mkv'))];
      assert.equal(Buffer.compare(part, whole.subarray(4 * FRAME, 9 * FRAME)), 0);
    });

    it('a preview takes them as well; its own length gives way to an end', async () => {
      const args = ['preview', group.film, '-o', at('look'), '--from', '2f', '--to', '0:00.375', ...TINY, '--quiet'];
      const end = await runCli(args);
      assert.equal(end.code, 0, end.stderr);
      const { streams } = await probe(at('look/clip.mp4'));
      assert.equal(streams.find(({ codec_type }) => codec_type === 'video')!.nb_frames, '7');
    });

    it('what is no time, and a stretch without a frame, are explained', async () => {
      const plan = (...more: string[]) => ['plan', group.film, '-o', at('plan.json'), '--quiet', ...more];
      await refused(USAGE, /"from": Expected a time such as .*1:30.*1500f.*received "1:75"/, plan('--from', '1:75'));
      await refused(USAGE, /"duration": Expected a time.* more than 0.*received "0f"/, plan('--duration', '0f'));
      await refused(USAGE, /an end after the start, received --from 60 and --to 30/, plan('--from', '1:00', '--to', '0:30'));
      await refused(USAGE, /\(--to\) or a length \(--duration\).*received both/, plan('--to', '9f', '--duration', '2f'));
      await refused(3, /Expected frames from frame 50 of .*earlier --from/, plan('--from', '50f'));
    });
  });

  describe('commands and options', () => {
    it('nothing at all prints the help', async () => {
      const end = await runCli([]);
      assert.equal(end.code, 0, end.stderr);
      assert.match(end.stdout, /^kinemacolor <command>/);
      assert.match(end.stdout, /kinemacolor colorize <source\.\.>/);
    });

    it('what is mistyped is named, with what was meant', async () => {
      await refused(USAGE, /received "coulorise"; did you mean "colorize"\?/, ['coulorise', group.film]);
      await refused(USAGE, /received "lst"; did you mean "list"\?/, ['models', 'lst']);
      await refused(USAGE, /no option "--codc" here; did you mean "--codec"\?/, ['plan', group.film, '--codc', 'x264']);
      await refused(USAGE, /--codec, instead of "fv1".*did you mean "ffv1"\?/, ['plan', group.film, '--codec', 'fv1']);
      await refused(USAGE, /no option "--frobnicate" here\. /, ['plan', group.film, '--frobnicate']);
      await refused(USAGE, /Expected a file or a name after the command/, ['plan']);
    });

    it('a film without a command is coloured', async () => {
      const end = await runCli([group.film, '-o', at('out.mp4'), ...FAST]);
      assert.equal(end.code, 0, end.stderr);
      assert.deepEqual(await namesBelow(group.folder), ['out.mp4']);
    });

    it('-i names the source, before or after the result, as with ffmpeg', async () => {
      const end = await runCli(['-o', at('out.mp4'), ...FAST, '-i', group.film]);
      assert.equal(end.code, 0, end.stderr);
      const plan = await runCli(['plan', '--input', group.film, '-o', at('plan.json'), '--quiet']);
      assert.equal(plan.code, 0, plan.stderr);
      assert.deepEqual(await namesBelow(group.folder), ['out.mp4', 'plan.json']);
    });

    it('a result without -o is explained', async () => {
      await refused(USAGE, /There is no file .*out\.mp4: a result is named with --output \(".* -o .*out\.mp4"\)/, [
        group.film,
        at('out.mp4'),
      ]);
      await refused(USAGE, /Expected one source, received ".*b\.mkv" as well/, ['plan', group.film, at('b.mkv')]);
    });
  });
});
