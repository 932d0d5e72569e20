import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type CliEnd, filmWarnings, runCli } from '../../../harness/run-cli.ts';
import { makeTinyFilm, probe } from '../../../harness/tiny-film.ts';
import { folderPerTest } from '../../fixtures/folder-per-test.ts';
import { TINY } from '../../fixtures/models/tiny-model.ts';

/** 29.97 frames a second with drop-frame timecode, a cut after frame 10, and a minute's end on the way. */
const NTSC = {
  width: 256,
  scenes: [8, 8],
  filters: ['setpts=N*1001/30000/TB', 'fps=30000/1001'],
  output: ['-c:v', 'prores_ks', '-pix_fmt', 'yuv422p10le', '-c:a', 'pcm_s16le', '-timecode', '01:00:59;20'],
} as const;
const TIMES = String.raw`(\d\d:\d\d:\d\d[:;]\d\d)`;
const EVENT = new RegExp(`^(\\d{3,})  (\\S{1,8}) +V     C        ${TIMES} ${TIMES} ${TIMES} ${TIMES}$`);

/** Reads an EDL as CMX 3600 has it; any other line is an error. */
function readEdl(text: string) {
  const [title, mode, blank, ...lines] = text.trimEnd().split('\n');
  assert.match(title!, /^TITLE: .{1,70}$/);
  assert.match(mode!, /^FCM: (NON-)?DROP FRAME$/);
  assert.equal(blank, '');
  const events: { number: number; source: string[]; record: string[]; clip?: string }[] = [];
  for (const line of lines) {
    const [, number, , ...times] = EVENT.exec(line) ?? [];
    if (number !== undefined) events.push({ number: Number(number), source: times.slice(0, 2), record: times.slice(2) });
    else assert.match(line, /^\* \S/);
    const clip = /^\* FROM CLIP NAME: (.+)$/.exec(line)?.[1];
    if (clip !== undefined) events.at(-1)!.clip = clip;
  }
  return { dropFrame: mode === 'FCM: DROP FRAME', events };
}

/** What OpenTimelineIO's own schemas of these names hold (its `opentimelineio.schema`), nothing more. */
const time = z.strictObject({ OTIO_SCHEMA: z.literal('RationalTime.1'), rate: z.number().positive(), value: z.number() });
const range = z.strictObject({ OTIO_SCHEMA: z.literal('TimeRange.1'), start_time: time, duration: time });
const composable = { name: z.string(), effects: z.array(z.never()), markers: z.array(z.never()), metadata: z.looseObject({}) };
const clip = z.strictObject({
  OTIO_SCHEMA: z.literal('Clip.1'),
  ...composable,
  source_range: range,
  media_reference: z.strictObject({
    OTIO_SCHEMA: z.literal('ExternalReference.1'),
    name: z.string(),
    target_url: z.url(),
    available_range: range,
    metadata: z.looseObject({}),
  }),
});
const track = z.strictObject({
  OTIO_SCHEMA: z.literal('Track.1'),
  ...composable,
  kind: z.literal('Video'),
  source_range: z.null(),
  children: z.array(clip),
});
const timeline = z.strictObject({
  OTIO_SCHEMA: z.literal('Timeline.1'),
  name: z.string(),
  global_start_time: time,
  tracks: z.strictObject({ OTIO_SCHEMA: z.literal('Stack.1'), ...composable, source_range: z.null(), children: z.array(track) }),
  metadata: z.looseObject({}),
  seal: z.string(),
});

describe('timecode and edit lists', () => {
  const group = folderPerTest();
  const { at, refused } = group;
  let ntsc = '';
  before(async () => {
    ntsc = await makeTinyFilm(`${group.root}/ntsc.mov`, NTSC);
  });

  async function done(...args: string[]): Promise<CliEnd> {
    const end = await runCli([...args, '--json'], { cwd: group.folder });
    assert.equal(end.code, 0, end.stderr);
    return end;
  }
  const prores = (source: string, output: string, ...args: string[]) =>
    done('colorize', source, '-o', at(output), '--codec', 'prores', ...TINY, ...args);
  /** Timecode of a file by ffprobe, and whether it has a timecode track. */
  async function timecode(name: string) {
    const { streams, format } = await probe(at(name));
    const tags = [...streams, format].map(one => (one.tags ?? {}) as Record<string, string>);
    const stated = new Set(tags.flatMap(({ timecode: lower, TIMECODE: upper }) => lower ?? upper ?? []));
    return { stated: [...stated], track: streams.some(({ codec_tag_string: tag }) => tag === 'tmcd') };
  }

  it('mov: the timecode track stays, with drop frame; edit lists hold the shots', async () => {
    const end = await prores(ntsc, 'out.mov', '--edl', 'out.edl', '--otio', 'out.otio');
    assert.deepEqual(await timecode('out.mov'), { stated: ['01:00:59;20'], track: true });
    assert.deepEqual(filmWarnings(end), []);
    const edl = readEdl(await readFile(at('out.edl'), 'utf8'));
    assert.ok(edl.dropFrame);
    assert.deepEqual(edl.events, [
      { number: 1, source: ['01:00:59;20', '01:00:59;28'], record: ['01:00:59;20', '01:00:59;28'], clip: 'out.mov' },
      { number: 2, source: ['01:00:59;28', '01:01:00;08'], record: ['01:00:59;28', '01:01:00;08'], clip: 'out.mov' },
    ]);
    const otio = timeline.parse(JSON.parse(await readFile(at('out.otio'), 'utf8')));
    const first = 30 * 3659 + 20 - 2 * (60 - 6);
    assert.deepEqual([otio.global_start_time.value, otio.global_start_time.rate], [first, 30_000 / 1001]);
    const clips = otio.tracks.children[0]!.children;
    assert.deepEqual(
      clips.map(({ source_range: { start_time: start, duration } }) => [start.value, duration.value]),
      [
        [first, 8],
        [first + 8, 8],
      ],
    );
    assert.equal(clips[1]!.media_reference.target_url, pathToFileURL(at('out.mov')).href);
    assert.equal(clips[1]!.media_reference.available_range.duration.value, 16);
    // Our own lists are written anew; what was changed since is not.
    await prores(ntsc, 'out.mov', '--edl', 'out.edl', '--otio', 'out.otio');
  });

  it('a stretch starts at its own timecode, in mxf, mov and the edit list', async () => {
    await prores(ntsc, 'out.mxf', '--from', '10f', '--edl', 'out.edl');
    assert.deepEqual(await timecode('out.mxf'), { stated: ['01:01:00;02'], track: false });
    const { events } = readEdl(await readFile(at('out.edl'), 'utf8'));
    assert.deepEqual(
      events.map(({ source }) => source),
      [['01:01:00;02', '01:01:00;08']],
    );
    await prores(at('out.mxf'), 'again.mov');
    assert.deepEqual(await timecode('again.mov'), { stated: ['01:01:00;02'], track: true });
  });

  it('plan lists the shots of the source; join those of the result', async () => {
    await done('plan', ntsc, '-o', 'p.json', '--edl', 'plan.edl');
    assert.equal(readEdl(await readFile(at('plan.edl'), 'utf8')).events[0]!.clip, 'ntsc.mov');
    await done('render-shot', 'p.json', '--shot', '0,1', '--segments', 'shots');
    await done('join', 'p.json', '--segments', 'shots', '-o', 'out.mov', '--edl', 'join.edl');
    const { events } = readEdl(await readFile(at('join.edl'), 'utf8'));
    assert.deepEqual(
      events.map(({ clip: name, source }) => [name, source[0]]),
      [
        ['out.mov', '01:00:59;20'],
        ['out.mov', '01:00:59;28'],
      ],
    );
  });

  it('a rate that no editing program knows is reported; what is no film file, or no list of ours, is one sentence', async () => {
    const slow = await makeTinyFilm(at('slow.mkv'), { scenes: [4], filters: ['setpts=N/16/TB', 'fps=16'], sound: 'none' });
    const end = await done('plan', slow, '-o', 'p.json', '--edl', 'slow.edl');
    assert.match(filmWarnings(end).join(), /counts 16 frames a second, which few editing programs know/);
    const list = (...args: string[]) => ['colorize', group.film, '--edl', 'out.edl', ...TINY, '-q', ...args];
    const name = /--edl lists the shots of one film file, and the result is none; name one as the result .*"kinemacolor plan"/;
    await refused(2, name, list('-o', 'c_%04d.png'));
    await refused(2, /--edl lists .*, and here are several sources; colour the films one by one/, list('.', '-o', 'folder'));
    await refused(2, /The edit list and the output have the same name/, list('-o', at('out.mov'), '--otio', at('out.mov')));
    await refused(6, /slow\.mkv exists and was not made by Kinemacolor/, list('-o', 'out.mov').with(3, 'slow.mkv'));
  });
});
