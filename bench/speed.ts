import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateFfmpeg } from '../src/adapters/ffmpeg/ffmpeg.ts';
import type { RunReport } from '../src/pipeline/run/shot-report.ts';

/**
 * What colour costs: node dist/bench/speed.js [--sizes 480,720,1080] [--runs 3] [--frames 240] [--clip FILE] [--per-frame no]
 *   [--preset medium] [--codec x264] [--workers 2] [--cores 2] [--scaling yes]
 * The same clip through a plain ffmpeg transcode (same binary, same encoder settings), through Kinemacolor, and with every frame coloured
 * by the same model, in turn; medians. A quick preset takes the encoder out of the question; `--cores N` lets everything run on N cores alone
 * (taskset), and is as many workers where `--workers` is not given. CPU time counts every child process (Linux only: read from /proc while they run).
 * `--scaling yes` runs one worker on one core, then two on two, and says what the second brings where nothing else runs: a machine that others
 * use does not show it by the clock. What is computed while no other thread of ours could run counts whole, the rest half.
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/src/cli/main.js');
const SAMPLE = join(ROOT, 'samples/street.mp4');
/** How often the processes' CPU time is read, in milliseconds. */
const SAMPLING = 40;

const option = (name: string, fallback: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1]!;
};

const preset = option('preset', 'medium');
const codec = option('codec', 'x264');
const cores = option('cores', '');
const workers = option('workers', cores);
const ENCODER = ['-c:v', 'libx264', '-preset', preset, '-crf', '18', '-pix_fmt', 'yuv420p'];

interface Run {
  readonly wall: number;
  readonly cpu: number;
  /** CPU seconds by kind of process: survey, decode, encode, remux, node. */
  readonly share: Map<string, number>;
  /** CPU seconds while at most one thread could run, and seconds in which none could. */
  readonly alone: number;
  readonly waiting: number;
}

/** CPU seconds of one process so far, and its parent; undefined when it is gone. */
function cpuOf(pid: number): { seconds: number; parent: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return { seconds: (Number(fields[11]) + Number(fields[12])) / 100, parent: Number(fields[1]) };
  } catch {
    return undefined;
  }
}

/** undefined where the process is gone and only waits to be buried. */
function kindOf(pid: number): string | undefined {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
  if (command === '') return undefined;
  if (!/ffmpeg/.test(command.split(' ')[0]!)) return /ffprobe/.test(command) ? 'probe' : 'node';
  if (/showinfo/.test(command)) return /format=gray/.test(command) ? 'survey' : 'decode';
  if (/ -c:v libx264| -c:v:0 libx264|libx264/.test(command)) return 'encode';
  return 'other ffmpeg';
}

/** Threads of a process that run or could run. */
function runnable(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.filter(thread => /\) [RD] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))).length;
  } catch {
    return 0; // gone between two reads
  }
}

/** Run a command, adding up what it and its descendants compute. */
function measure(command: string, args: string[], cores: string): Promise<Run> {
  const started = performance.now();
  const kept = cores === '' ? [] : ['taskset', '-c', `0-${Number(cores) - 1}`];
  const [program, ...rest] = [...kept, command, ...args] as [string, ...string[]];
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  const complaint: string[] = [];
  child.stderr.on('data', chunk => complaint.push(String(chunk)));
  const seen = new Map<number, { kind: string; seconds: number }>();
  const apart = { alone: 0, waiting: 0, cpu: 0, at: started };
  const look = () => {
    const all = readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number);
    const parents = new Map(
      all.flatMap(pid => {
        const found = cpuOf(pid);
        return found ? [[pid, found] as const] : [];
      }),
    );
    const ours = (pid: number): boolean => pid === child.pid || (parents.has(pid) && pid > 1 && ours(parents.get(pid)!.parent));
    let threads = 0;
    for (const [pid, { seconds }] of parents) {
      if (!ours(pid)) continue;
      threads += runnable(pid);
      try {
        seen.set(pid, { kind: kindOf(pid) ?? seen.get(pid)?.kind ?? 'node', seconds });
      } catch {
        // gone between two reads
      }
    }
    const [cpu, at] = [sumOf([...seen.values()].map(({ seconds }) => seconds)), performance.now()];
    if (threads <= 1) apart.alone += cpu - apart.cpu;
    if (threads === 0) apart.waiting += (at - apart.at) / 1000;
    Object.assign(apart, { cpu, at });
  };
  const timer = setInterval(look, SAMPLING);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => {
      clearInterval(timer);
      if (code !== 0)
        return reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${complaint.join('').slice(-600)}`));
      const share = new Map<string, number>();
      for (const { kind, seconds } of seen.values()) share.set(kind, (share.get(kind) ?? 0) + seconds);
      const { alone, waiting } = apart;
      resolve({ wall: (performance.now() - started) / 1000, cpu: sumOf([...share.values()]), share, alone, waiting });
    });
  });
}

const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const ffmpeg = await locateFfmpeg();
const folder = mkdtempSync(join(tmpdir(), 'kinemacolor-bench-'));
const runs = Number(option('runs', '3'));
const frames = Number(option('frames', '240'));
const clip = option('clip', SAMPLE);
console.log(
  `${cpus()[0]!.model.trim()}, ${cpus().length} cores; ffmpeg ${ffmpeg.version} (${ffmpeg.origin}); x264 ${preset} crf 18${cores === '' ? '' : `, on ${cores} of the cores`}${workers === '' ? '' : `, ${workers} workers`}; ${frames} frames, median of ${runs} runs`,
);
try {
  for (const height of option('sizes', '480,720,1080').split(',').map(Number)) {
    const width = Math.round((height * 16) / 9 / 2) * 2;
    const source = join(folder, `source-${height}.mkv`);
    // Scaled up and given grain, a clip costs an encoder about what a scan of that size does.
    const look = `scale=${width}:${height}:flags=lanczos,noise=alls=5:allf=t`;
    execFileSync(ffmpeg.path, [
      ...['-v', 'error', '-y', '-stream_loop', '20', '-i', clip, '-an', '-vf', look, '-frames:v', String(frames)],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '16', '-pix_fmt', 'yuv420p', source],
    ]);
    const on = (cores: string) => measure(process.execPath, [...colorize, '-o', out('ours'), '--workers', cores], cores);
    const out = (name: string) => join(folder, `${name}-${height}.mkv`);
    const report = join(folder, 'report.json');
    const plain = () => measure(ffmpeg.path, ['-v', 'error', '-y', '-nostdin', '-i', source, ...ENCODER, out('plain')], cores);
    const colorize = [
      CLI,
      'colorize',
      source,
      '--quiet',
      '--preset',
      preset,
      '--codec',
      codec,
      '--report',
      report,
      '--overwrite',
    ];
    const ours = (name: string, ...more: string[]) =>
      measure(
        process.execPath,
        [...colorize, '-o', out(name), ...(workers === '' ? [] : ['--workers', workers]), ...more],
        cores,
      );
    if (option('scaling', 'no') === 'yes') {
      const [one, two] = [await on('1'), await on('2')];
      const free = two.alone + (two.cpu - two.alone) / 2 + two.waiting;
      console.log(`\n${width}x${height}, ${codec} ${preset}`);
      console.log(`  one worker, one core      ${one.cpu.toFixed(1)} s CPU, ${one.wall.toFixed(1)} s wall`);
      console.log(
        `  two workers, two cores    ${two.cpu.toFixed(1)} s CPU, ${two.wall.toFixed(1)} s wall; ${two.alone.toFixed(1)} s of the CPU alone, ${two.waiting.toFixed(1)} s waiting`,
      );
      console.log(
        `  two free cores would take ${free.toFixed(1)} s: ${((one.cpu + one.waiting) / free).toFixed(2)}x as fast as one`,
      );
      continue;
    }
    const rows: { plain: Run; ours: Run }[] = [];
    for (let i = 0; i < runs; i++) rows.push({ plain: await plain(), ours: await ours('ours') });
    const busy = (JSON.parse(readFileSync(report, 'utf8')) as RunReport).busy;
    const [a, b] = [rows.map(row => row.plain), rows.map(row => row.ours)];
    const ratio = median(rows.map(row => row.ours.wall / row.plain.wall));
    const cpuRatio = median(rows.map(row => row.ours.cpu / row.plain.cpu));
    console.log(`\n${width}x${height}`);
    console.log(
      `  plain transcode   ${median(a.map(run => run.wall)).toFixed(1)} s wall, ${median(a.map(run => run.cpu)).toFixed(1)} s CPU`,
    );
    console.log(
      `  kinemacolor       ${median(b.map(run => run.wall)).toFixed(1)} s wall, ${median(b.map(run => run.cpu)).toFixed(1)} s CPU: ${ratio.toFixed(2)}x wall, ${cpuRatio.toFixed(2)}x CPU`,
    );
    const last = rows.at(-1)!.ours;
    const perFrame = (seconds: number) =>
      `${((1000 * seconds) / frames).toFixed(1)} ms (${((100 * seconds) / last.cpu).toFixed(0)} %)`;
    console.log(`  CPU per frame     ${[...last.share].map(([kind, seconds]) => `${kind} ${perFrame(seconds)}`).join(', ')}`);
    console.log(
      `  of which          ${Object.entries(busy)
        .map(([task, ms]) => `${task} ${(ms / frames).toFixed(1)} ms`)
        .join(', ')} (wall in worker threads)`,
    );
    if (option('per-frame', 'yes') === 'no') continue;
    const each = await ours('each', '--keyframe-every', '1');
    console.log(
      `  model every frame ${each.wall.toFixed(1)} s wall, ${each.cpu.toFixed(1)} s CPU: ${(each.wall / median(a.map(run => run.wall))).toFixed(2)}x wall`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
