import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { makeFilm } from './films.ts';
import { lawsOf } from './laws.ts';
import { saying } from './mutant-films.ts';
import type { Part } from './part.ts';
import { type Place, type RunOptions, run } from './run.ts';
import { differs, FILM, RESULT, type Undisturbed, undisturbed } from './undisturbed.ts';

/** Killed at some moment; the same command then gives the same film and leaves nothing else. */
export const kills: Part = {
  name: 'kills',
  cases: 25,
  async open({ folder }) {
    const known = await undisturbed(folder, [30, 24]);
    return async (number, place) => {
      await known.into(place);
      // Evenly over the whole run, its very end included.
      const killAfter = Math.round(((number + 0.5) / 25) * known.seconds * 1000);
      const first = await run(known.args, place, { killAfter });
      const early = first.signal === 'SIGKILL' && existsSync(place.at(RESULT)) ? await differs(place, known) : [];
      const second = await run(known.args, place);
      const faults = [...early, ...first.faults, ...(await lawsOf(second, place, EXPECTED)), ...(await differs(place, known))];
      if (second.code !== 0) faults.push(`going on ends with exit code ${second.code}`);
      return { what: `kill -9 after ${killAfter} ms`, faults, end: saying(second) };
    };
  },
};

const EXPECTED = { output: RESULT, before: [FILM] };

/** Limits and mounts; `$1` and what follows is the program. Mounts need a user namespace, or root. */
const alone = (mounts: string) => `exec unshare --user --map-root-user --mount bash -c '${mounts}; exec "$@"' bash "$@"`;
const small = (where: string, kilobytes: number) => alone(`mount -t tmpfs -o size=${kilobytes}k tmpfs ${where}`);
const fixed = (where: string) => alone(`mount --bind ${where} ${where} && mount -o remount,bind,ro ${where}; cd "$PWD"`);

/** What a full disk, folders that may not be written and other limits do; afterwards, without them, the same command gives the same film. */
const LIMITS: readonly {
  readonly what: string;
  readonly options: (place: Place) => RunOptions;
  readonly codes: readonly number[];
}[] = [
  ...[4, 16, 48, 64, 96, 128, 200, 400].map(blocks => ({
    what: `files of at most ${blocks} KiB`,
    options: () => ({ shell: `ulimit -f ${blocks}; exec "$@"` }),
    codes: [0, 6],
  })),
  ...[8, 32, 64, 100, 150, 200, 300].map(size => ({
    what: `a disk of ${size} KiB`,
    options: (place: Place) => ({ shell: small(`${place.path}/disk`, size) }),
    codes: [0, 6],
  })),
  { what: 'the folder of the result read-only', options: place => ({ shell: fixed(`${place.path}/disk`) }), codes: [6] },
  { what: 'the folder for temporary files read-only', options: place => ({ shell: fixed(place.tmp) }), codes: [0] },
  { what: 'the folder for temporary files missing', options: place => ({ env: { TMPDIR: place.at('nowhere') } }), codes: [0] },
  { what: 'the home read-only', options: place => ({ shell: fixed(place.home) }), codes: [0] },
  { what: 'the home missing', options: place => ({ env: { HOME: place.at('nowhere') } }), codes: [0] },
];

export const disks: Part = {
  name: 'disks',
  cases: LIMITS.length,
  async open({ folder }) {
    const known = await undisturbed(folder, [12, 10]);
    return async (number, place) => {
      const { what, options, codes } = LIMITS[number % LIMITS.length]!;
      await known.into(place);
      await mkdir(place.at('disk'));
      const output = `disk/${RESULT}`;
      const args = known.args.map(arg => (arg === RESULT ? output : arg));
      const end = await run(args, place, options(place));
      if (/unshare|mount/.test(end.stderr)) return { what, faults: ['not tried: this machine lets nobody mount'] };
      // What lies on a disk of its own went away with it.
      const own = /a disk of/.test(what) && end.code === 0 ? { ...end, code: 6 } : end;
      const faults = await lawsOf(own, place, { output, before: [FILM, 'disk'] });
      if (!codes.includes(end.code ?? -1)) faults.push(`exit code ${end.code}, expected ${codes.join(' or ')}`);
      return { what, faults: [...faults, ...(await again(place, known))], end: saying(end) };
    };
  },
};

async function again(place: Place, known: Undisturbed): Promise<string[]> {
  await rm(place.at('disk'), { recursive: true, force: true });
  const end = await run(known.args, place);
  return [...end.faults, ...(await differs(place, known))];
}

/** With fewer Node itself cannot open a program; around 160 the program says that it needs more. */
const DESCRIPTORS = [
  ...[20, 24, 28, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104],
  ...[112, 120, 128, 136, 144, 152, 160, 168, 176, 192, 224, 256],
];

/** Few file descriptors: enough, or a sentence that says so. */
export const descriptors: Part = {
  name: 'descriptors',
  cases: DESCRIPTORS.length,
  async open({ folder }) {
    const known = await undisturbed(folder, [6, 6]);
    return async (number, place) => {
      const limit = DESCRIPTORS[number % DESCRIPTORS.length]!;
      await known.into(place);
      const end = await run(known.args, place, { shell: `ulimit -n ${limit}; exec "$@"` });
      const faults = await lawsOf(end, place, EXPECTED);
      if (end.code === 0) faults.push(...(await differs(place, known)));
      return { what: `${limit} file descriptors`, faults, end: saying(end) };
    };
  },
};

const CHANGES: Readonly<Record<string, (path: string, other: string) => Promise<unknown>>> = {
  replaced: async (path, other) => {
    await copyFile(other, `${path}.new`);
    await rename(`${path}.new`, path);
  },
  'written over': (path, other) => copyFile(other, path),
  cut: path => truncate(path, 3000),
  removed: path => rm(path),
  'added to': path => writeFile(path, 'more', { flag: 'a' }),
};
const MOMENTS = ['source', 'survey', 'plan', 'shot-start', 'shot-done', 'assemble'];

/** The film changes in mid-run: no result, unless all of it had been read and it is that of the film as it was. */
export const changes: Part = {
  name: 'changes',
  cases: MOMENTS.length * Object.keys(CHANGES).length,
  async open({ folder }) {
    const known = await undisturbed(folder, [12, 10]);
    const other = await makeFilm(folder, 'h264.mp4', [10, 12], 'other.mp4');
    return async (number, place) => {
      const moment = MOMENTS[number % MOMENTS.length]!;
      const [name, change] = Object.entries(CHANGES)[Math.floor(number / MOMENTS.length) % Object.keys(CHANGES).length]!;
      await known.into(place);
      const state = { change: undefined as Promise<unknown> | undefined };
      const onEvent = (event: { type: string }) => {
        if (event.type === moment) state.change ??= change(place.at(FILM), other);
      };
      const end = await run(known.args, place, { onEvent });
      await state.change;
      const faults = await lawsOf(end, place, EXPECTED);
      if (state.change === undefined) faults.push(`the moment ${moment} never came`);
      if (end.code === 0) faults.push(...(await differs(place, known)));
      else if (end.code !== 3) faults.push(`exit code ${end.code}, expected 3`);
      await known.into(place);
      const second = await run(known.args, place);
      return {
        what: `${name} at "${moment}"`,
        faults: [...faults, ...second.faults, ...(await differs(place, known))],
        end: saying(end),
      };
    };
  },
};

/** Names of finished shots and their reports beside a result. */
export async function kept(place: Place): Promise<string[]> {
  return readdir(place.at(`${RESULT}.kinemacolor`));
}
