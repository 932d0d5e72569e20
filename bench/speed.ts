import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { locateFfmpeg } from '../src/adapters/ffmpeg/ffmpeg.ts';
import type { RunReport } from '../src/pipeline/run/shot-report.ts';
import { runBenchmark, wholeNumber, wrongUse } from './arguments.ts';
import { measureProcess, type Run } from './speed/process-times.ts';
import { clipsOf, joinClips, KINDS, type Kind, type Size } from './speed/sources.ts';
import { median } from './times.ts';

/**
 * What colour costs: node dist/bench/speed.js [FILM...] [--clips FOLDER] [--source as-is|grainy] [--sizes 480,720,1080] [--frames 240] [--runs 3]
 *   [--per-frame yes] [--preset medium] [--codec x264] [--workers 2] [--cores 2] [--scaling yes]
 * The films (the sample where none is given), end to end and brought to each size, as they are and with grain, through a plain ffmpeg transcode (same
 * binary, same encoder settings) and through Kinemacolor, in turn; medians. `--per-frame yes` colours every frame by the same model, too. A quick preset
 * takes the encoder out of the question; `--cores N` lets everything run on N cores alone (taskset), and is as many workers where `--workers` is not
 * given. CPU time counts every child process (Linux only: read from /proc while they run).
 * `--scaling yes` runs one worker on one core, then two on two, and says what the second brings where nothing else runs: a machine that others
 * use does not show it by the clock. What is computed while no other thread of ours could run counts whole, the rest half.
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/program/kinemacolor.js');
const SAMPLE = join(ROOT, 'samples/street.mp4');

interface Settings {
  readonly ffmpeg: string;
  readonly folder: string;
  readonly frames: number;
  readonly runs: number;
  readonly preset: string;
  readonly codec: string;
  readonly workers: string;
  readonly cores: string;
}

/** Runs that take a source to an output of the same folder. */
function runsOf({ ffmpeg, folder, preset, codec, workers, cores }: Settings, source: string) {
  const out = (name: string) => join(folder, `${name}.mkv`);
  const report = join(folder, 'report.json');
  const encoder = ['-c:v', 'libx264', '-preset', preset, '-crf', '18', '-pix_fmt', 'yuv420p'];
  const colorize = (name: string, on: string, ...more: string[]) =>
    measureProcess(
      process.execPath,
      [
        ...[CLI, 'colorize', source, '-o', out(name), '--quiet', '--preset', preset, '--codec', codec, '--keep-color', 'never'],
        ...['--report', report, '--overwrite', ...more],
      ],
      on,
    );
  return {
    report,
    plain: () => measureProcess(ffmpeg, ['-v', 'error', '-y', '-nostdin', '-i', source, ...encoder, out('plain')], cores),
    ours: (name: string, ...more: string[]) => colorize(name, cores, ...(workers === '' ? [] : ['--workers', workers]), ...more),
    /** As many workers as cores. */
    on: (count: string) => colorize('ours', count, '--workers', count),
  };
}

async function scaling(settings: Settings, source: string): Promise<void> {
  const { on } = runsOf(settings, source);
  const [one, two] = [await on('1'), await on('2')];
  const free = two.alone + (two.cpu - two.alone) / 2 + two.waiting;
  console.log(`  one worker, one core      ${one.cpu.toFixed(1)} s CPU, ${one.wall.toFixed(1)} s wall`);
  console.log(
    `  two workers, two cores    ${two.cpu.toFixed(1)} s CPU, ${two.wall.toFixed(1)} s wall; ${two.alone.toFixed(1)} s of the CPU alone, ${two.waiting.toFixed(1)} s waiting`,
  );
  console.log(`  two free cores would take ${free.toFixed(1)} s: ${((one.cpu + one.waiting) / free).toFixed(2)}x as fast as one`);
}

async function cost(settings: Settings, source: string, perFrame: boolean): Promise<void> {
  const { frames, runs } = settings;
  const { plain, ours, report } = runsOf(settings, source);
  const rows: { plain: Run; ours: Run }[] = [];
  for (let i = 0; i < runs; i++) rows.push({ plain: await plain(), ours: await ours('ours') });
  const { busy } = JSON.parse(readFileSync(report, 'utf8')) as RunReport;
  const of = (side: 'plain' | 'ours', what: 'wall' | 'cpu') => median(rows.map(row => row[side][what]));
  const ratio = (what: 'wall' | 'cpu') => median(rows.map(row => row.ours[what] / row.plain[what])).toFixed(2);
  console.log(`  plain transcode   ${of('plain', 'wall').toFixed(1)} s wall, ${of('plain', 'cpu').toFixed(1)} s CPU`);
  console.log(
    `  kinemacolor       ${of('ours', 'wall').toFixed(1)} s wall, ${of('ours', 'cpu').toFixed(1)} s CPU: ${ratio('wall')}x wall, ${ratio('cpu')}x CPU`,
  );
  const last = rows.at(-1)!.ours;
  const share = (seconds: number) =>
    `${((1000 * seconds) / frames).toFixed(1)} ms (${((100 * seconds) / last.cpu).toFixed(0)} %)`;
  console.log(`  CPU per frame     ${[...last.share].map(([kind, seconds]) => `${kind} ${share(seconds)}`).join(', ')}`);
  const tasks = Object.entries(busy).map(([task, ms]) => `${task} ${(ms / frames).toFixed(1)} ms`);
  console.log(`  of which          ${tasks.join(', ')} (wall in worker threads)`);
  if (!perFrame) return;
  const each = await ours('each', '--keyframe-every', '1');
  console.log(
    `  model every frame ${each.wall.toFixed(1)} s wall, ${each.cpu.toFixed(1)} s CPU: ${(each.wall / of('plain', 'wall')).toFixed(2)}x wall`,
  );
}

await runBenchmark(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      clips: { type: 'string' },
      source: { type: 'string', default: '' },
      sizes: { type: 'string', default: '480,720,1080' },
      frames: { type: 'string', default: '240' },
      runs: { type: 'string', default: '3' },
      'per-frame': { type: 'string', default: 'no' },
      preset: { type: 'string', default: 'medium' },
      codec: { type: 'string', default: 'x264' },
      workers: { type: 'string', default: '' },
      cores: { type: 'string', default: '' },
      scaling: { type: 'string', default: 'no' },
    },
  });
  const kinds = values.source === '' ? KINDS : KINDS.filter(kind => kind === values.source);
  if (kinds.length === 0) throw wrongUse(`Expected --source as one of ${KINDS.join(', ')}, received ${values.source}.`);
  const [frames, runs] = [wholeNumber(values, 'frames'), wholeNumber(values, 'runs')];
  const given = [...(values.clips === undefined ? [] : clipsOf(values.clips)), ...positionals];
  const clips = given.length === 0 ? [SAMPLE] : given;
  const ffmpeg = await locateFfmpeg();
  const folder = mkdtempSync(join(tmpdir(), 'kinemacolor-bench-'));
  const { preset, codec, cores } = values;
  const settings = { ffmpeg: ffmpeg.path, folder, frames, runs, preset, codec, cores, workers: values.workers || cores };
  console.log(
    `${cpus()[0]!.model.trim()}, ${cpus().length} cores; ffmpeg ${ffmpeg.version} (${ffmpeg.origin}); ${codec} ${preset}${cores === '' ? '' : `, on ${cores} of the cores`}${settings.workers === '' ? '' : `, ${settings.workers} workers`}; ${frames} frames of ${clips.length} films, median of ${runs} runs`,
  );
  const measure = async (kind: Kind, size: Size): Promise<void> => {
    const source = join(folder, 'source.mkv');
    joinClips(ffmpeg.path, clips, kind, size, frames, source);
    console.log(`\n${size.width}x${size.height}, ${kind}`);
    if (values.scaling === 'yes') await scaling(settings, source);
    else await cost(settings, source, values['per-frame'] === 'yes');
  };
  try {
    for (const height of values.sizes.split(',').map(Number))
      for (const kind of kinds) await measure(kind, { width: Math.round((height * 16) / 9 / 2) * 2, height });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
