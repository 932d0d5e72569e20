import { type Ffmpeg, locateFfmpeg } from '../../adapters/ffmpeg/ffmpeg.ts';
import { listKeyframePictures } from '../../adapters/pictures/picture-file.ts';
import { KinemacolorError, throwIfAborted } from '../../errors.ts';
import type { Film } from '../../media/film/film.ts';
import { toSeconds } from '../../media/film/time.ts';
import { guarded } from '../../pending.ts';
import { type OnProgress, openThrottle } from '../../progress.ts';
import { decodeFrames, type PicturePart } from '../../stages/decode/decode.ts';
import { decodeColor } from '../../stages/decode/decode-color.ts';
import { compareFilms, type FilmEnds } from '../../stages/measure/compare-films.ts';
import { TimeComparer } from '../../stages/measure/compare-times.ts';
import { compareStreams, hashStreams, soundStart } from '../../stages/measure/hash-streams.ts';
import { type ComparedFrame, measureFrames } from '../../stages/measure/measure-frames.ts';
import type { MeasuredFormats } from '../../stages/measure/measure-picture.ts';
import { probeFilm } from '../../stages/probe/probe.ts';
import { workingGrid } from '../../stages/propagate/working-grid.ts';
import { detectShots, surveySize } from '../../stages/shots/detect-shots.ts';
import { surveyFrames } from '../../stages/survey/survey.ts';
import { openStageThreads } from '../../stages/threads/stage-threads.ts';
import type { KnownShots } from '../plan/known-shots.ts';
import { threadCount } from '../run/budget.ts';
import { warnOfOldFfmpeg } from '../run/warn-of-old-ffmpeg.ts';
import { FilmTally } from './film-tally.ts';
import type { QualityReport, StreamIdentity, TimingIdentity } from './quality-report.ts';
import { WorstFrames } from './worst-frames.ts';

/** Options of `measureVideo`. */
export interface MeasureOptions {
  /** The black-and-white film that the result was made from; default: the one in `known`, else none. */
  readonly source?: string | undefined;
  /** The source's video stream, by its index; default: the one in `known`, else the main one. */
  readonly stream?: number | undefined;
  /** The film in its true colours, with the same frames as the source. */
  readonly truth?: string | undefined;
  /**
   * Shots, keyframes and trust, of a plan or a run (`shotsOfPlan`, `shotsOfRun`, `readKnownShots`). Default: shots are
   * detected.
   */
  readonly known?: KnownShots | undefined;
  /** Folder of the given keyframe pictures: their frames are excluded from PSNR. */
  readonly keyframes?: string | undefined;
  /** `worst`: the report contains pictures of the worst frames. Default: `none`. */
  readonly pictures?: 'worst' | 'none' | undefined;
  /** Worker threads; default: one per core. Changes speed, never the figures. */
  readonly workers?: number | undefined;
  /** Stops the work; the promise rejects as `interrupted`. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of decoded frames. */
  readonly onProgress?: OnProgress | undefined;
}

/** The films to be measured together. */
interface Subject {
  readonly ffmpeg: Ffmpeg;
  readonly result: Film;
  readonly source: Film | undefined;
  readonly truth: Film | undefined;
  /** The measured part of the result: side by side, the right half is in colour. */
  readonly part: PicturePart;
}

/**
 * Measure a finished film: how steady its colour is, and whether it kept the source's luma, times and streams. Every frame is
 * decoded once, and only a few are held. Films of different lengths are measured over their common part, with a warning. Throws
 * `source` where a film cannot be used or sizes differ, `reference` for a folder of pictures that cannot be read, `usage`,
 * `interrupted`.
 */
export function measureVideo(result: string, options: MeasureOptions = {}): Promise<QualityReport> {
  return guarded(measureFilm(result, options));
}

async function measureFilm(result: string, options: MeasureOptions): Promise<QualityReport> {
  const { known, signal, onProgress } = options;
  const warnings: string[] = [];
  const warn = (message: string) => {
    warnings.push(message);
    onProgress?.({ type: 'warning', message });
  };
  threadCount(options.workers);
  const subject = await openSubject(result, options);
  const { source, truth } = subject;
  if (subject.part === 'right') warn(`${subject.result.path} shows two pictures side by side: the right one is measured.`);
  const { tally, worst, times, ends } = await measureSubject(subject, options);
  for (const message of lengthWarnings(subject, ends, tally.frames)) warn(message);
  const shots = tally.shots();
  return {
    result: subject.result.path,
    source: source?.path,
    truth: truth?.path,
    shotsFrom: known?.from ?? 'detector',
    film: tally.film(shots),
    insideShots: tally.insideShots(),
    shots,
    luma: source || truth ? tally.luma((source ?? truth)!.format.depth) : undefined,
    timing: source && (await timingOf(subject, { times, ends, known, signal })),
    streams: source && known?.part !== 'stretch' ? await streamsOf(subject, signal) : undefined,
    worst: worst.list(),
    curves: tally.curves(),
    warnings,
  };
}

/** All measurements per frame, in one pass over the films. */
async function measureSubject(subject: Subject, options: MeasureOptions) {
  const { known, keyframes, pictures = 'none', signal, onProgress } = options;
  const { result, source, truth } = subject;
  const given = keyframes === undefined ? [] : await listKeyframePictures(keyframes);
  const shots = known?.shots ?? (await findShots(subject, options));
  const tally = new FilmTally(shots, [...(known?.given ?? []), ...given.map(({ index }) => index)]);
  const worst = new WorstFrames({ result, truth }, pictures);
  const times = new TimeComparer((source ?? result).format.timebase, result.format.timebase);
  const ends: FilmEnds = {};
  const threads = openStageThreads(threadCount(options.workers));
  const isDue = openThrottle();
  try {
    const frames = timed(compared(subject, { known, ends, signal }), times);
    for await (const measures of measureFrames(frames, { threads, formats: formatsOf(subject) })) {
      await worst.offer(measures, tally.next);
      tally.add(measures);
      if (isDue()) onProgress?.({ type: 'measure', frames: tally.frames, expected: result.statedFrames });
    }
  } finally {
    await threads.close();
  }
  throwIfAborted(signal);
  return { tally, worst, times, ends };
}

async function openSubject(result: string, { truth, known, signal, ...options }: MeasureOptions): Promise<Subject> {
  const ffmpeg = await locateFfmpeg();
  const open = (path: string | undefined, stream?: number) =>
    path === undefined ? undefined : probeFilm(path, ffmpeg, signal, stream);
  const stream = options.stream ?? known?.stream;
  const others = { source: await open(options.source ?? known?.source, stream), truth: await open(truth) };
  const film = await probeResult(result, { source: others.source, stream, ffmpeg, signal });
  warnOfOldFfmpeg(ffmpeg, options.onProgress);
  const like = others.source ?? others.truth;
  const { width, height } = film.format;
  const part = like && width === 2 * like.format.width && height === like.format.height ? 'right' : 'whole';
  for (const other of [others.source, others.truth]) {
    const fits = !other || ((part === 'right' ? 2 : 1) * other.format.width === width && other.format.height === height);
    if (fits) continue;
    const size = `${other.format.width}x${other.format.height}`;
    throw new KinemacolorError(
      'source',
      `Expected films of one size, but ${film.path} is ${width}x${height} and ${other.path} is ${size}; give the film that it was made from.`,
    );
  }
  return { ffmpeg, result: film, ...others, part };
}

/**
 * The result's video stream: where the source's was named, the one at the same position among the streams that are not covers.
 */
async function probeResult(
  path: string,
  about: { source: Film | undefined; stream: number | undefined; ffmpeg: Ffmpeg; signal: AbortSignal | undefined },
): Promise<Film> {
  const { source, stream, ffmpeg, signal } = about;
  const film = await probeFilm(path, ffmpeg, signal, source ? undefined : stream);
  if (!source || stream === undefined) return film;
  const index = pictureStreams(film)[pictureStreams(source).indexOf(source.videoStream)];
  return index === undefined || index === film.videoStream ? film : probeFilm(path, ffmpeg, signal, index);
}

function pictureStreams({ videoStream, otherStreams }: Film): number[] {
  const others = otherStreams.filter(({ kind, cover }) => kind === 'video' && !cover);
  return [videoStream, ...others.map(({ index }) => index)].sort((a, b) => a - b);
}

function formatsOf({ result, source, truth, part }: Subject): MeasuredFormats {
  const { width, height } = result.format;
  const grid = workingGrid(part === 'right' ? width / 2 : width, height);
  return { result: result.format, source: source?.format, truth: truth?.format, grid };
}

/** Shots found by the detector; their keyframes are unknown. */
async function findShots({ ffmpeg, result, source }: Subject, { signal, onProgress }: MeasureOptions) {
  const film = source ?? result;
  const isDue = openThrottle();
  async function* watched() {
    const size = surveySize(film.format.width, film.format.height);
    for await (const frame of surveyFrames(film, ffmpeg, { ...size, ...(signal && { signal }) })) {
      yield frame;
      if (isDue()) onProgress?.({ type: 'survey', frames: frame.index + 1, expected: film.statedFrames });
    }
  }
  const shots = [];
  for await (const shot of detectShots(watched())) shots.push({ ...shot, startTicks: 0, keyframes: [] });
  if (shots.length > 0) return shots;
  throw new KinemacolorError('source', `${film.path} has a picture stream but no frame of it decodes; check the file.`);
}

interface ComparedOptions {
  readonly known: KnownShots | undefined;
  readonly ends: FilmEnds;
  readonly signal: AbortSignal | undefined;
}

/** The films in step, from the first frame of the rendered stretch. */
function compared({ ffmpeg, result, source, truth, part }: Subject, { known, ends, signal }: ComparedOptions) {
  const first = known?.shots[0];
  const stop = signal && { signal };
  const stretch =
    known?.part === 'stretch' && first
      ? { from: { index: first.start, ticks: first.startTicks }, count: known.shots.at(-1)!.end - first.start }
      : {};
  const films = {
    result: decodeColor(result, ffmpeg, { part, ...stop }),
    source: source && decodeFrames(source, ffmpeg, { ...stretch, ...stop }),
    truth: truth && decodeColor(truth, ffmpeg, { skip: stretch.from?.index ?? 0, ...stop }),
  };
  return compareFilms(films, ends);
}

async function* timed(frames: AsyncIterable<ComparedFrame>, times: TimeComparer): AsyncGenerator<ComparedFrame> {
  for await (const frame of frames) {
    if (frame.source) times.add(frame.source.ticks, frame.result.ticks);
    yield frame;
  }
}

function lengthWarnings(subject: Subject, ends: FilmEnds, measured: number): string[] {
  const counts = (['result', 'source', 'truth'] as const).flatMap(name => {
    const frames = ends[name]?.frames;
    return frames === undefined ? [] : [{ name, frames }];
  });
  const warnings = counts.flatMap(({ name }) =>
    ends[name]!.damage === 'none' ? [] : [`${subject[name]!.path} is damaged or cut short: what decodes is measured.`],
  );
  if (counts.every(({ frames }) => frames === measured)) return warnings;
  const list = counts.map(({ name, frames }) => `the ${name} ${frames}`).join(', ');
  return [...warnings, `The films have different numbers of frames (${list}): the first ${measured} are measured.`];
}

interface TimingInputs extends ComparedOptions {
  readonly times: TimeComparer;
}

/** Largest offset of sound that counts as in step, in seconds: containers round by as much. */
const IN_STEP = 0.001;

async function timingOf(
  { ffmpeg, source, result }: Subject,
  { times, ends, known, signal }: TimingInputs,
): Promise<TimingIdentity> {
  const comparison = times.summary();
  const frames = { source: ends.source?.frames ?? 0, result: ends.result?.frames ?? 0 };
  const lead = async (film: Film, ticks: number) => {
    const sound = await soundStart(film, ffmpeg, signal);
    return sound && toSeconds({ ticks, timebase: film.format.timebase }) - toSeconds(sound);
  };
  const { starts } = times;
  const whole = known?.part !== 'stretch' && starts !== undefined;
  const [before, after] = whole ? await Promise.all([lead(source!, starts.source), lead(result, starts.result)]) : [];
  const pictureToSound = before === undefined || after === undefined ? undefined : after - before;
  const inStep = Math.abs(pictureToSound ?? 0) <= Math.max(comparison.allowed, IN_STEP);
  const same = frames.source === frames.result && comparison.astray === 0 && inStep;
  return { ...comparison, frames, pictureToSound, same };
}

async function streamsOf({ ffmpeg, source, result }: Subject, signal: AbortSignal | undefined): Promise<StreamIdentity[]> {
  const [before, after] = [await hashStreams(source!, ffmpeg, signal), await hashStreams(result, ffmpeg, signal)];
  return compareStreams(before, after).map(({ stream: { index, kind, codec }, packets, fate }) => ({
    index,
    kind,
    codec,
    packets,
    fate,
  }));
}
