import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Does every film of a folder come out as it went in? node dist/bench/clips.js FOLDER [NAME...]
 * Each goes through twice: as x264 into its own kind of container, where every time and every copied packet must be the source's, and as FFV1,
 * where every luma sample must be. Prints a row a film and exits 1 where something differs. Needs ffmpeg and ffprobe on the path.
 */
const CLI = fileURLToPath(new URL('../program/kinemacolor.js', import.meta.url));
const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error('Expected a folder of films.');

const lines = (program: string, args: string[]): string[] =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 30 })
    .split('\n')
    .filter(Boolean);

/** One stream's packets, in the order of their times: `time` alone for pictures, which are new, with the data's hash for the rest. */
function packets(path: string, stream: number, entries: string): string[] {
  const shown = ['-show_entries', `packet=${entries}`, '-show_data_hash', 'md5', '-of', 'csv=p=0'];
  return lines('ffprobe', ['-v', 'error', '-select_streams', String(stream), ...shown, path]);
}

function streams(path: string): { kind: string; timebase: string }[] {
  const shown = ['-show_entries', 'stream=codec_type,time_base', '-of', 'csv=p=0'];
  return lines('ffprobe', ['-v', 'error', ...shown, path]).map(line => {
    const [kind, timebase] = line.split(',') as [string, string];
    return { kind, timebase };
  });
}

/** MD5 of every decoded luma plane. */
const lumas = (path: string): string[] =>
  lines('ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-vf',
    'extractplanes=y',
    '-f',
    'framemd5',
    '-vsync',
    'passthrough',
    '-',
  ])
    .filter(line => !line.startsWith('#'))
    .map(line => line.split(',').at(-1)!.trim());

const same = (a: readonly unknown[], b: readonly unknown[]) => JSON.stringify(a) === JSON.stringify(b);
const byNumber = (list: string[]) => list.map(Number).toSorted((a, b) => a - b);

const place = mkdtempSync(join(tmpdir(), 'kinemacolor-clips-'));
let differing = 0;
try {
  for (const name of readdirSync(folder).filter(one => /\.(mp4|mkv|mov|webm|avi|m4v)$/i.test(one))) {
    if (only.length > 0 && !only.some(part => name.includes(part))) continue;
    const source = join(folder, name);
    const colorize = (output: string, ...more: string[]) =>
      execFileSync(process.execPath, [CLI, 'colorize', source, '-o', output, '--quiet', ...more], { stdio: 'inherit' });
    const film = join(place, name);
    const lossless = join(place, `${basename(name, extname(name))}.lossless.mkv`);
    colorize(film, '--preset', 'ultrafast');
    colorize(lossless, '--codec', 'ffv1');
    const [before, after] = [streams(source), streams(film)];
    const video = before.findIndex(({ kind }) => kind === 'video');
    const [wanted, times] = [byNumber(packets(source, video, 'pts')), byNumber(packets(film, video, 'pts'))];
    const copied = before.map((_, stream) => stream).filter(stream => stream !== video);
    const [a, b] = [lumas(source), lumas(lossless)];
    const row = {
      frames: `${wanted.length} -> ${times.length}`,
      times: before[video]!.timebase === after[video]!.timebase && same(wanted, times) ? 'identical' : 'DIFFER',
      copied: copied.every(one => same(packets(source, one, 'pts,duration,size'), packets(film, one, 'pts,duration,size')))
        ? `${copied.length} identical`
        : 'DIFFER',
      luma: same(a, b) ? `identical in ${b.length}` : 'DIFFERS',
    };
    if (/DIFFER/.test(Object.values(row).join())) differing++;
    console.log(`${name.padEnd(28)} frames ${row.frames}, times ${row.times}, streams ${row.copied}, luma ${row.luma}`);
    rmSync(film);
    rmSync(lossless);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
console.log(differing === 0 ? 'Every film came out as it went in.' : `${differing} films differ.`);
process.exitCode = differing === 0 ? 0 : 1;
