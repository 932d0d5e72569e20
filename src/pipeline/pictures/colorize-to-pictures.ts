import { basename, dirname, extname, join, parse, resolve } from 'node:path';
import { type Ffmpeg, locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { isPrintfPattern, numbered } from '../../adapters/ffmpeg/picture-sequence.ts';
import { type FrameKind, frameEncoder } from '../../adapters/ffmpeg/split-film.ts';
import { sizeOf } from '../../adapters/files/file-facts.ts';
import { isFolder, namesIn, removePaths } from '../../adapters/files/folders.ts';
import { hashFile } from '../../adapters/files/hash-file.ts';
import { type GuardOptions, guardOutput } from '../../adapters/files/output-guard.ts';
import { createPartFolder } from '../../adapters/files/parts.ts';
import { commitPart } from '../../adapters/files/save-file.ts';
import { labelFrame } from '../../adapters/pictures/label-frame.ts';
import type { SyntheticNote } from '../../adapters/pictures/metadata/xmp-note.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import { canonicalJson, sha256 } from '../../media/plan/plan.ts';
import { guarded } from '../../pending.ts';
import type { OnProgress, ProgressEvent } from '../../progress.ts';
import { provenanceOf } from '../../stages/remux/provenance.ts';
import { writing } from '../../system-errors.ts';
import { colorizeVideo } from '../film/colorize-video.ts';
import { discardJournal, folderBeside } from '../film/journal.ts';
import { runFingerprint } from '../film/run-fingerprint.ts';
import { guardPicture } from '../run/guard-picture.ts';
import { resolveSettings } from '../run/read-pipeline.ts';
import { inputsOfSettings } from '../run/run-inputs.ts';
import type { RunReport } from '../run/shot-report.ts';
import { colorizeSequence, joinedFilm, type SequenceOptions } from './colorize-sequence.ts';
import { DEFAULT_RATE, filesOf, findPictures } from './joined-film.ts';
import { savePages } from './save-pages.ts';
import { splitFrames } from './split-frames.ts';

/** Options of `colorizeToPictures`. */
export interface ToPicturesOptions extends SequenceOptions {
  /** `film` (default), or pictures as `colorizeSequence` takes them. */
  readonly sourceKind?: 'film' | 'sequence' | undefined;
}

const KINDS: Readonly<Record<string, FrameKind>> = { '.tif': 'tif', '.tiff': 'tif', '.png': 'png', '.dpx': 'dpx', '.exr': 'exr' };

/**
 * Is this output a pattern of numbered pictures, `colour_%05d.tif`? A film's name may hold a `%d`; right before its ending it is refused as a
 * slip, not taken for a name.
 */
export function namesPictures(output: string): boolean {
  const { name, ext } = parse(output);
  return KINDS[ext.toLowerCase()] === undefined ? /%0?\d*d$/.test(name) : isPrintfPattern(output);
}

/**
 * Colour a film, or pictures, into pictures: `output` is a printf pattern that ends in .tif, .png, .dpx or .exr, or a TIFF, which gets a
 * page for each frame. RGB at the source's depth; a picture's number is that of the source's, or the frame's index in the film. The film is
 * rendered without loss into `<output>.film.mkv` first, which is removed at the end (kept with `shots: 'keep'`), so that the same call
 * resumes an interrupted run. Each picture says that its colour is synthetic. Throws as `colorizeVideo`.
 */
export function colorizeToPictures(source: string, output: string, options: ToPicturesOptions = {}): Promise<RunReport> {
  return guarded(colorizeAndSplit(source, output, options));
}

async function colorizeAndSplit(source: string, output: string, options: ToPicturesOptions): Promise<RunReport> {
  const { sourceKind = 'film', shots = 'remove' } = options;
  const started = performance.now();
  const ffmpeg = await locateFfmpeg();
  const kind = kindOf(output, ffmpeg);
  if (options.settings?.codec !== undefined && options.settings.codec !== 'ffv1')
    throw new KinemacolorError('usage', `Pictures have no codec, received ${options.settings.codec}; leave --codec out.`);
  const settings = settingsOf(options);
  const resolved = await resolveSettings(settings, options.pipeline);
  if (resolved.layout === 'chroma-only')
    throw new KinemacolorError(
      'usage',
      'A chroma-only pass is a film (.mov, .mkv), since RGB pictures cannot hold all of its colours; choose .mov and --codec v210.',
    );
  const film = filmOf(output);
  const pictures = sourceKind === 'sequence' ? await findPictures(source) : undefined;
  const files = [source, ...(pictures ? filesOf(pictures, options.audio) : [])];
  const inputs = await inputsOfSettings(files, resolved, options.pipeline, ...(options.reads ?? []));
  const guard = { inputs, existing: options.existing };
  if (isPrintfPattern(output)) await checkFree(output, film, guard);
  else await guardPicture(output, guard);
  const make = sourceKind === 'sequence' ? colorizeSequence : colorizeVideo;
  const held: { done?: Extract<ProgressEvent, { type: 'done' }> } = {};
  const onProgress: OnProgress = event => {
    if (event.type === 'done') held.done = { ...event, path: resolve(output) };
    else options.onProgress?.(event);
  };
  const report = await make(source, film, { ...options, onProgress, settings, shots: 'keep' });
  const first = report.shots[0]!.start;
  const splitting = {
    film,
    window: resolved.window,
    output,
    kind,
    numberOf: (i: number) => pictures?.numbers[first + i] ?? first + i,
  };
  const fingerprint = isPrintfPattern(output) || sourceKind === 'film' ? undefined : await stackFingerprint(source, options);
  const total = report.shots.reduce((sum, { start, end }) => sum + end - start, 0);
  const onWritten = (done: number) => options.onProgress?.({ type: 'pictures', path: resolve(output), done, total });
  await split(splitting, { ffmpeg, guard, fingerprint, signal: options.signal, onWritten });
  if (shots === 'remove') await discardFilmOf(output);
  if (held.done) options.onProgress?.({ ...held.done, seconds: (performance.now() - started) / 1000 });
  return { ...report, output: resolve(output) };
}

/** The film that pictures are cut from. */
const filmOf = (output: string): string => `${resolve(output)}.film.mkv`;

const settingsOf = ({ settings }: Pick<ToPicturesOptions, 'settings'>) =>
  ({ chroma: 'full', ...settings, codec: 'ffv1' }) as const;

/** Remove what `colorizeToPictures` keeps until its pictures are complete. */
export async function discardFilmOf(output: string): Promise<void> {
  const film = filmOf(output);
  await removePaths(film, joinedFilm(film));
  await discardJournal(film);
}

/** What decides the pages that `colorizeToPictures` makes of a stack, a TIFF of several pages; the result's note holds it. */
export async function stackFingerprint(source: string, options: ToPicturesOptions): Promise<string> {
  const { pipeline, rate = DEFAULT_RATE, signal } = options;
  const run = await runFingerprint(resolve(source), await resolveSettings(settingsOf(options), pipeline), signal);
  return sha256(canonicalJson({ run, rate }));
}

function kindOf(output: string, ffmpeg: Ffmpeg): FrameKind {
  const kind = KINDS[extname(output).toLowerCase()];
  if (kind === undefined)
    throw new KinemacolorError(
      'usage',
      `Expected numbered pictures that end in .tif, .png, .dpx or .exr, received "${output}"; give the pattern one of these.`,
    );
  if (ffmpeg.encoders.has(frameEncoder(kind))) return kind;
  throw new KinemacolorError(
    'environment',
    `${kind.toUpperCase()} pictures need an ffmpeg that writes them, and ${ffmpeg.version} does not; choose .tif, or install a newer ffmpeg.`,
  );
}

/** Inputs are refused before any work, and so are pictures of an earlier call, but for those that an interrupted one left. */
async function checkFree(output: string, film: string, { inputs, existing }: GuardOptions): Promise<void> {
  const folder = dirname(output);
  const found = (await namesIn(folder).catch(() => [])).filter(name => numbered(basename(output), name));
  const taken = found.map(name => join(folder, name));
  for (const path of taken) await guardOutput({ path, what: 'picture', option: '--output' }, { inputs, existing: 'replace' });
  const resumed = (await sizeOf(film)) !== undefined || (await isFolder(folderBeside(film)));
  if (existing === 'replace' || resumed || taken.length === 0) return;
  throw new KinemacolorError('output', `${taken[0]} exists; choose another name, or replace such pictures with --overwrite.`);
}

/** Milliseconds between two looks at how many pictures are written. */
const WATCHED_EVERY = 1000;

interface Splitting {
  readonly film: string;
  readonly window: string | undefined;
  readonly output: string;
  readonly kind: FrameKind;
  /** The number of the picture of the film's frame. */
  readonly numberOf: (frame: number) => number;
}

async function split(splitting: Splitting, { ffmpeg, guard, fingerprint, signal, onWritten }: SplitOptions): Promise<void> {
  const { film, window, output, kind } = splitting;
  const note = await provenanceOf(film, ffmpeg);
  const folder = await writing(output, () => createPartFolder(dirname(resolve(output))));
  onWritten(0);
  // Some frames are written by ffmpeg: the folder says how many.
  const watch = setInterval(
    () =>
      namesIn(folder).then(
        names => onWritten(names.length),
        () => undefined,
      ),
    WATCHED_EVERY,
  );
  try {
    await splitFrames({ path: film, kind, window, folder, signal }, ffmpeg);
    clearInterval(watch);
    const parts = (await namesIn(folder)).sort().map(name => join(folder, name));
    if (isPrintfPattern(output)) await saveNumbered(parts, splitting, note, { guard, signal });
    else await savePages(parts, output, { note: note && { ...note, fingerprint: fingerprint ?? note.fingerprint }, ...guard });
  } finally {
    clearInterval(watch);
    await removePaths(folder);
  }
}

interface Saving {
  readonly guard: GuardOptions;
  readonly signal: AbortSignal | undefined;
}

interface SplitOptions extends Saving {
  readonly ffmpeg: Ffmpeg;
  readonly fingerprint: string | undefined;
  readonly onWritten: (pictures: number) => void;
}

/** Give the frames of a coloured film their names, with the note that their colour is synthetic. */
async function saveNumbered(
  parts: readonly string[],
  { output, kind, numberOf }: Splitting,
  note: SyntheticNote | undefined,
  { guard, signal }: Saving,
): Promise<void> {
  for (const [i, part] of parts.entries()) {
    throwIfAborted(signal);
    if (note) await labelFrame(kind, part, note);
    const path = output.replace(/%0?(\d*)d/, (_, width: string) => String(numberOf(i)).padStart(Number(width), '0'));
    const isOurs = async (found: string) => (await hashFile(found)) === (await hashFile(part));
    await commitPart(part, await guardOutput({ path, what: 'picture', option: '--output', isOurs }, guard));
  }
}
