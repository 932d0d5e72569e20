import assert from 'node:assert/strict';
import { join } from 'node:path';
import { colorize, runCli, startCli } from '../../harness/run-cli.ts';
import { makeTinyFilm } from '../../harness/tiny-film.ts';
import { folderPerGroup } from '../fixtures/films.ts';
import { TINY } from '../fixtures/models/tiny-model.ts';

const FAST = ['--preset', 'ultrafast', ...TINY];
const COMMANDS = ['colorize', 'plan', 'render', 'keyframes', 'models', 'doctor'];

describe('what the command line shows', () => {
  const folder = folderPerGroup();
  let film = '';
  const at = (name: string) => join(folder, name);

  before(async () => {
    film = await makeTinyFilm(at('film.mp4'), { scenes: [6, 6] });
  });

  it('--json writes one event a line on standard output, and nothing else anywhere', async () => {
    const { stdout, stderr } = await colorize([film, '-o', at('json.mp4'), '--json', ...FAST]);
    assert.equal(stderr, '');
    assert.ok(stdout.endsWith('\n'));
    const events = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    const seen = new Set(events.map(({ type }) => type));
    for (const type of ['source', 'survey', 'plan', 'device', 'shot-start', 'frames', 'shot-done', 'assemble', 'done']) {
      assert.ok(seen.has(type), `no event "${type}"`);
    }
    const { seconds, ...done } = events.at(-1)!;
    assert.deepEqual(done, { type: 'done', path: at('json.mp4'), frames: 12, shots: 2, reused: 0 });
    assert.ok(Number(seconds) > 0);
  });

  it('rate and time left are shown once they are known, not while the first spans wait for the model', async () => {
    const { events } = await colorize([film, '-o', at('left.mp4'), '--json', ...FAST]);
    const frames = events.filter(({ type }) => type === 'frames');
    assert.ok(frames.length >= 2);
    for (const { done, framesPerSecond, secondsLeft } of frames) {
      assert.equal(secondsLeft !== undefined, done === 12, `after ${done} frames`);
      assert.equal(framesPerSecond !== undefined, done === 12);
    }
  });

  it('a device that is not there is reported before the film is read, by every command that needs it', async () => {
    const missing = ['--device', 'directml', '--json'];
    for (const [command, ...more] of [
      ['colorize', '-o', at('none.mp4')],
      ['plan', '-o', at('none.json'), '--agreement', 'off'],
      ['keyframes', '-o', at('none')],
    ] as const) {
      const end = await runCli([command, film, ...more, ...missing]);
      assert.equal(end.code, 5, end.stderr);
      assert.match(end.stderr, /Device directml cannot be used/);
      assert.ok(!end.events.some(({ type }) => type === 'survey'), command);
    }
  });

  it('auto names the device alone; why it is this one is for programs', async () => {
    const { events } = await colorize([film, '-o', at('auto.mp4'), '--json', '--preset', 'ultrafast']);
    assert.match(String(events.find(({ type }) => type === 'device')!.note), /^chosen automatically(, without \w+ \(.+\))?$/);
  });

  it('--json tells a failure as an event too', async () => {
    const end = await runCli(['colorize', at('none.mp4'), '--json']);
    const event = JSON.parse(end.stdout) as Record<string, unknown>;
    assert.equal(event.type, 'error');
    assert.equal(event.kind, 'source');
    assert.equal(event.code, end.code);
    assert.equal(end.stderr, `kinemacolor: ${String(event.message)}\n`);
  });

  it('--quiet says nothing', async () => {
    const { stdout, stderr } = await colorize([film, '-o', at('quiet.mp4'), '--quiet', ...FAST]);
    assert.equal(stdout + stderr, '');
  });

  it('a reader that goes away does not stop the run', async () => {
    const args = ['colorize', film, '-o', at('unread.mp4'), '--json', ...FAST];
    const { ended } = startCli(args, { onEvent: (_event, run) => run.hangUp() });
    const { code, stderr } = await ended;
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  it('without a terminal: plain lines, no bar, no control characters', async () => {
    const { stdout, stderr } = await colorize([film, '-o', at('plain.mp4'), ...FAST]);
    assert.equal(stdout, '');
    for (const sign of ['\r', '\u001b', '\u2588']) assert.ok(!stderr.includes(sign), JSON.stringify(stderr));
    assert.match(stderr, /160x90, 8 bit, about 12 frames\n/);
    assert.match(stderr, /Plan: 2 shots, \d+ keyframes, 12 frames\n/);
    assert.match(stderr, /^Colour by obedient on cpu$/m);
    assert.match(stderr, /plain\.mp4: 12 frames in 2 shots, \d+:\d\d\n$/);
  });

  it('every command has help with an example, and the exit codes are told', async () => {
    const helps = await Promise.all(COMMANDS.map(command => runCli([command, '--help'])));
    for (const [i, { code, stdout }] of helps.entries()) {
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`kinemacolor ${COMMANDS[i]}`));
      assert.match(stdout, /Examples:\n\s+kinemacolor /, COMMANDS[i]);
    }
    const { stdout } = await runCli(['--help']);
    for (const command of COMMANDS) assert.match(stdout, new RegExp(`kinemacolor ${command}`));
    assert.match(stdout, /Exit codes: 0 done.*130 interrupted/s);
  });

  it('doctor names ffmpeg, the encoders, the devices and the model', async () => {
    const [reported, json] = await Promise.all([runCli(['doctor']), runCli(['doctor', '--json'])]);
    assert.equal(reported.code, 0, reported.stderr);
    assert.match(reported.stdout, /ffmpeg/);
    assert.match(reported.stdout, /kinemacolor-base/);
    assert.match(reported.stdout, /cpu/i);
    assert.match(reported.stdout, /libx264|x264/);
    const rows = JSON.parse(json.stdout) as { topic: string; status: string; text: string }[];
    assert.ok(rows.length > 3 && rows.every(row => ['ok', 'missing', 'note'].includes(row.status)));
  });
});
